namespace Jinbang.Server.Tests.Classic;

public sealed class OpenIdTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string[] Impossible =
    [
        "", "undefined", "null", "[object Object]", new('a', 129), Repeat("😀", 129), Repeat("好", 129), new('a', 8000),
        " a", "a ", " ", "\ta", "a\t", "a\nb", "a\rb", "\u0001", "a\u001fb", "a\u007fb", "a\u0080b", "a\u009fb", "\u00a0a", "a\u3000", "\u2028a", "a\u2003", "a\0b", "\0",
    ];

    private static readonly string[] Possible =
    [
        "a", "0", new('a', 128), Repeat("😀", 128), Repeat("好", 128), Repeat("𠮷", 128), "小明", "a b", "a\u3000b", "Undefined", "NULL", "nil", "[object object]", "undefined1", "none", "false",
        "' OR '1'='1", "'; DROP TABLE scores; --", "\" OR \"\"=\"", "a'b\"c`d", "1 UNION SELECT 1,2,3", "a/*b*/c", "%27", "100%好", "a+b", "a&b=c",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:ldap://x.example}", "../../etc/passwd", "\\u0041", "a\\b", "C:\\x", "{}", "[]", "-1", "1e3",
        "e\u0301", "é", "\u200b", "\uE000", "\U0010FFFD", "👨‍👩‍👧‍👦", "\uFEFFa", "%", "%%", "%zz", "%E5%A5%BD",
    ];

    public static TheoryData<int> ImpossibleIds => [.. Enumerable.Range(0, Impossible.Length)];

    public static TheoryData<int> PossibleIds => [.. Enumerable.Range(0, Possible.Length)];

    [Theory]
    [MemberData(nameof(ImpossibleIds))]
    public async Task An_impossible_id_is_refused_everywhere(int index)
    {
        var id = Impossible[index];
        await using var game = await fixture.PlayAsync();
        var encoded = Uri.EscapeDataString(id);
        Contract.Refuses(await game.PostScoreAsync($"openid={encoded}&score=5"));
        Contract.Refuses(await game.PostProfileAsync($"openid={encoded}&nickname=a"));
        if (id.Length < 1000)
        {
            Contract.Replies(Contract.NoScore, await game.UserScoreAsync(id));
            var json = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string> { ["openid"] = id, ["score"] = "5" });
            Contract.Refuses(await game.PostScoreAsync(json, RawRequest.Json));
        }
    }

    [Theory]
    [MemberData(nameof(PossibleIds))]
    public async Task Any_other_text_is_just_an_id(int index)
    {
        var id = Possible[index];
        await using var game = await fixture.PlayAsync();
        var encoded = Uri.EscapeDataString(id);
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync(id));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync($"openid={encoded}&score=5"));
        Contract.Replies(Contract.Score(5), await game.UserScoreAsync(id));
        var json = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string> { ["openid"] = id, ["score"] = "6" });
        Contract.Replies(Contract.ScoreChanged, await game.PostScoreAsync(json, RawRequest.Json));
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync($"openid={encoded}&nickname=a"));
    }

    [Fact]
    public async Task Ids_are_compared_exactly()
    {
        await using var game = await fixture.PlayEmptyAsync();
        string[] ids = ["oCase", "ocase", "OCASE", "oCase.", "oCas", "oCas%C3%A9", "oCase%CC%81"];
        for (var i = 0; i < ids.Length; i++)
        {
            Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync($"openid={ids[i]}&score={i}"));
        }

        for (var i = 0; i < ids.Length; i++)
        {
            Contract.Replies(Contract.Score(i), await game.UserScoreAsync(Uri.UnescapeDataString(ids[i])));
        }
    }

    [Fact]
    public async Task An_injected_condition_changes_no_other_player()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oVictim&score=50");
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=' OR openid='oVictim&score=99"));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid='; UPDATE scores SET score=1; --&score=98"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("' OR '1'='1"));
        Contract.Replies(Contract.Score(50), await game.UserScoreAsync("oVictim"));
        Contract.Replies(Contract.List(Contract.Row("99"), Contract.Row("98"), Contract.Row("50")), await game.ListAsync(), "Vary: Accept-Encoding");
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
