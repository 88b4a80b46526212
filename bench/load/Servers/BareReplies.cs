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
    private static readonly string[] Paths = ["user_score", "tpinball_score", "post_score", "post_user_info"];

    private readonly Dictionary<string, RawReply> _replies;

    private BareReplies(Dictionary<string, RawReply> replies) => _replies = replies;

    /// <summary>The reply to the call that is the path's last segment, or to <c>user_score</c>.</summary>
    public RawReply this[string call] => _replies[call];

    /// <summary>The replies in a folder written by <see cref="RecordAsync"/>.</summary>
    public static BareReplies Load(string folder) =>
        new(Paths.ToDictionary(path => path, path => RawReply.Parse(File.ReadAllBytes(Path.Combine(folder, path)))));

    /// <summary>Replies of the right shape and size.</summary>
    public static BareReplies MakeUp() => new(new()
    {
        ["user_score"] = MakeUp("""{"status":200,"code":200,"data":{"score":123456}}"""),
        ["tpinball_score"] = MakeUp(MakeUpList()),
        ["post_score"] = MakeUp("""{"status":200,"code":200,"msg":"修改成绩成功"}"""),
        ["post_user_info"] = MakeUp("""{"code":200,"status":200,"msg":"修改用户信息成功"}"""),
    });

    /// <summary>
    /// Asks a seeded Jinbang for each of the four replies and keeps them in a folder. The first player's score rises by it and their profile stays.
    /// </summary>
    public static async Task RecordAsync(IPEndPoint server, ClassicRequests requests, KnownScores known, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var random = new SplitMix64(0);
        foreach (var path in Paths)
        {
            var buffer = new byte[ClassicRequests.LargestRequest];
            var length = path switch
            {
                "user_score" => requests.UserScore(buffer, player: 0),
                "tpinball_score" => requests.TopHundred(buffer),
                "post_score" => requests.PostScore(buffer, player: 0, known.Better(0, ref random)),
                _ => requests.PostUserInfo(buffer, player: 0, version: 0),
            };
            var request = Encoding.UTF8.GetString(buffer, 0, length).Replace(" HTTP/1.1\r\n", " HTTP/1.1\r\nConnection: close\r\n", StringComparison.Ordinal);
            var reply = await RawReply.FetchAsync(server, Encoding.UTF8.GetBytes(request), cancellationToken);
            if (RawReply.Parse(reply).Status != 200)
                throw new InvalidOperationException($"The server answered {path} with: {Encoding.UTF8.GetString(reply)}");
            await File.WriteAllBytesAsync(Path.Combine(folder, path), reply, cancellationToken);
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
