using System.Globalization;
using System.Text;

namespace Jinbang.Server.Tests.Classic;

/// <summary>The replies of docs/classic-api.md, spelled out here once more on purpose, and how a reply is compared with them: byte for byte, header for header.</summary>
internal static class Contract
{
    public const string ScoreAdded = """{"status":200,"code":200,"msg":"添加成绩成功"}""";
    public const string ScoreChanged = """{"status":200,"code":200,"msg":"修改成绩成功"}""";
    public const string ScoreNotBetter = """{"status":400,"code":400,"error":"分数少于原分数"}""";
    public const string ProfileAdded = """{"code":200,"status":200,"msg":"添加用户信息成功"}""";
    public const string ProfileChanged = """{"code":200,"status":200,"msg":"修改用户信息成功"}""";
    public const string NoScore = """{"status":200,"code":200}""";

    public static string Score(long score) => string.Create(CultureInfo.InvariantCulture, $$$"""{"status":200,"code":200,"data":{"score":{{{score}}}}}""");

    public static string List(params string[] rows) => $$"""{"code":200,"status":200,"data":[{{string.Join(',', rows)}}]}""";

    /// <summary>A row of the list; nickname and avatar are JSON.</summary>
    public static string Row(string score, string nickname = "null", string avatar = "null", string rank = "null") =>
        $$"""{"nickname":{{nickname}},"avatar":{{avatar}},"score":"{{score}}","rank":{{rank}}}""";

    /// <summary>The reply is this JSON at HTTP 200, with the contract's headers and no others.</summary>
    public static void Replies(string json, RawReply reply, params string[] furtherHeaders)
    {
        Assert.Equal(json, reply.Text);
        Assert.Equal(200, reply.Status);
        HasHeaders(reply, Encoding.UTF8.GetByteCount(json), furtherHeaders);
    }

    /// <summary>The input was refused: HTTP 200, and a short reason in Chinese.</summary>
    public static void Refuses(RawReply reply)
    {
        Assert.Equal(200, reply.Status);
        IsError(400, reply);
        HasHeaders(reply, reply.Body.Length);
    }

    /// <summary>The reply is no part of the contract, but has its shape.</summary>
    public static void Fails(int status, RawReply reply, params string[] furtherHeaders)
    {
        Assert.Equal(status, reply.Status);
        IsError(status, reply);
        HasHeaders(reply, reply.Body.Length, furtherHeaders);
    }

    public static void IsError(int status, RawReply reply)
    {
        Assert.Matches($$"""^\{"status":{{status}},"code":{{status}},"error":"[^"\\\u0000-\u001f]{1,40}"\}$""", reply.Text);
        Assert.Matches("[\u4e00-\u9fff]", reply.Text);
    }

    private static void HasHeaders(RawReply reply, int length, params string[] further) => Assert.Equal(
        [.. ((string[])
        [
            "Access-Control-Allow-Origin: *",
            "Cache-Control: no-store",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}"),
            "Content-Type: application/json; charset=utf-8",
            .. further,
        ]).Order(StringComparer.Ordinal)],
        reply.Lines);
}
