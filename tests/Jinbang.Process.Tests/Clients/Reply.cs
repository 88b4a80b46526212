using System.Text.Json;

namespace Jinbang.ProcessTests.Clients;

/// <summary>A whole reply of the server.</summary>
internal sealed record Reply(int Status, string Head, string Body)
{
    private const string Added = """{"status":200,"code":200,"msg":"添加成绩成功"}""";
    private const string Changed = """{"status":200,"code":200,"msg":"修改成绩成功"}""";
    private const string NotBetter = """{"status":400,"code":400,"error":"分数少于原分数"}""";

    /// <summary>The player's first score was stored.</summary>
    public bool IsFirst => Status == 200 && Body == Added;

    /// <summary>The score was stored.</summary>
    public bool IsStored => IsFirst || (Status == 200 && Body == Changed);

    /// <summary>A score at least as good is stored.</summary>
    public bool IsNotBetter => Status == 200 && Body == NotBetter;

    /// <summary>The profile was stored.</summary>
    public bool IsProfileStored => Status == 200 && Body.Contains("用户信息成功", StringComparison.Ordinal);

    public bool IsUnavailable => Status == 503;

    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).SingleOrDefault();

    /// <summary>Reads the reply of <c>user_score</c>.</summary>
    public long? Score()
    {
        using var json = JsonDocument.Parse(Body);
        return json.RootElement.TryGetProperty("data", out var data) ? data.GetProperty("score").GetInt64() : null;
    }

    /// <summary>Reads the reply of <c>tpinball_score</c>.</summary>
    public IReadOnlyList<ListRow> Rows()
    {
        using var json = JsonDocument.Parse(Body);
        return [.. json.RootElement.GetProperty("data").EnumerateArray().Select(static row => new ListRow(
            row.GetProperty("nickname").GetString(), row.GetProperty("avatar").GetString(),
            long.Parse(row.GetProperty("score").GetString()!, System.Globalization.CultureInfo.InvariantCulture)))];
    }

    /// <summary>Fails unless this is how the contract says "not now".</summary>
    public void AssertUnavailable()
    {
        Assert.Equal(503, Status);
        Assert.Equal("application/json; charset=utf-8", Header("Content-Type"));
        Assert.Equal("*", Header("Access-Control-Allow-Origin"));
        Assert.True(int.TryParse(Header("Retry-After"), out var seconds) && seconds > 0, $"Retry-After is '{Header("Retry-After")}'");
        using var json = JsonDocument.Parse(Body);
        Assert.Equal(["status", "code", "error"], json.RootElement.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(503, json.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(503, json.RootElement.GetProperty("code").GetInt32());
        Assert.DoesNotContain("SQL", Body, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>A row of the list.</summary>
internal sealed record ListRow(string? Nickname, string? Avatar, long Score);
