using System.Net;
using System.Text;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load.Servers;

/// <summary>
/// What the bare server answers: one reply per call. In a run they are recorded from Jinbang, bytes and headers, into a folder with a file per
/// call; without such a folder they are made up.
/// </summary>
internal sealed class BareReplies
{
    private readonly Dictionary<string, RawReply> _replies;

    private BareReplies(Dictionary<string, RawReply> replies) => _replies = replies;

    /// <summary>The reply to the call of this name.</summary>
    public RawReply this[string call] => _replies[call];

    /// <summary>The replies in a folder written by <see cref="RecordAsync"/>, and made-up ones for calls that are not in it.</summary>
    public static BareReplies Load(string folder)
    {
        var replies = MakeUp();
        foreach (var file in Directory.GetFiles(folder))
            replies._replies[Path.GetFileName(file)] = RawReply.Parse(File.ReadAllBytes(file));
        return replies;
    }

    /// <summary>Replies of the right shape and size.</summary>
    public static BareReplies MakeUp() => new(new()
    {
        ["user_score"] = MakeUp("""{"status":200,"code":200,"data":{"score":123456}}"""),
        ["tpinball_score"] = MakeUp(MakeUpList()),
        ["post_score"] = MakeUp("""{"status":200,"code":200,"msg":"修改成绩成功"}"""),
        ["post_user_info"] = MakeUp("""{"code":200,"status":200,"msg":"修改用户信息成功"}"""),
        ["own_rank"] = MakeUp("""{"window":{"name":"all_time","count":1},"version":"1","line":{"rank":1}}"""),
        ["around"] = MakeUp("""{"window":{"name":"all_time","count":1},"version":"1","lines":[{"rank":1}]}"""),
        ["top_100"] = MakeUp("""{"window":{"name":"all_time","count":1},"version":"1","lines":[{"rank":1}]}"""),
        ["submit"] = MakeUp("""{"result":"improved","windows":[]}"""),
    });

    /// <summary>Asks a seeded Jinbang for one reply of each kind and keeps them in a folder.</summary>
    public static async Task RecordAsync(IPEndPoint server, IPlay play, string folder, CancellationToken cancellationToken)
    {
        Folder.Delete(folder);
        Directory.CreateDirectory(folder);
        foreach (var (name, sample) in play.Samples())
        {
            var request = Encoding.UTF8.GetString(sample).Replace(" HTTP/1.1\r\n", " HTTP/1.1\r\nConnection: close\r\n", StringComparison.Ordinal);
            var reply = await RawReply.FetchAsync(server, Encoding.UTF8.GetBytes(request), cancellationToken);
            if (RawReply.Parse(reply).Status != 200)
                throw new InvalidOperationException($"The server answered {name} with: {Encoding.UTF8.GetString(reply)}");
            await File.WriteAllBytesAsync(Path.Combine(folder, name), reply, cancellationToken);
        }
    }

    private static RawReply MakeUp(string body) => new(
        200,
        [
            new("Content-Type", "application/json; charset=utf-8"),
            new("Cache-Control", "no-store"),
            new("Access-Control-Allow-Origin", "*"),
        ],
        Encoding.UTF8.GetBytes(body));

    private static string MakeUpList()
    {
        var rows = Enumerable.Range(0, 100).Select(index =>
        {
            var text = new byte[256];
            var nickname = Encoding.UTF8.GetString(text, 0, Nicknames.Write(index, version: 0, text));
            var avatar = Encoding.UTF8.GetString(text, 0, Avatars.Write(index, text));
            return $$"""{"nickname":"{{nickname}}","avatar":"{{avatar}}","score":"{{1_000_999 - index}}","rank":null}""";
        });
        return $$"""{"code":200,"status":200,"data":[{{string.Join(',', rows)}}]}""";
    }
}
