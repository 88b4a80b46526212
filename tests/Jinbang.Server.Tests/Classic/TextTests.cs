namespace Jinbang.Server.Tests.Classic;

public sealed class TextTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly byte[][] BadUtf8 =
    [
        [0xFF], [0xFE, 0xFF], [0x80], [0xC3], [0xC0, 0xAF], [0xE5, 0xA5], [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xBA, 0xC3], [0x61, 0xE5], [0x00], [0x61, 0x00, 0x62],
    ];

    public static TheoryData<int> BadTexts => [.. Enumerable.Range(0, BadUtf8.Length)];

    [Theory]
    [InlineData("😀")]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("𠮷野家")]
    [InlineData("𪚥")]
    [InlineData("㐀")]
    [InlineData("\uE000")]
    [InlineData("\uF8FF")]
    [InlineData("\U000F0000")]
    [InlineData("\U0010FFFD")]
    [InlineData("\uFFFD")]
    [InlineData("\uFFFF")]
    [InlineData("\u2028\u2029")]
    [InlineData("\u00A0")]
    [InlineData("\u0085")]
    [InlineData("\u007F")]
    [InlineData("\u202Eabc")]
    [InlineData("é")]
    [InlineData("e\u0301")]
    [InlineData("<script>alert('x')</script>")]
    [InlineData("'; DROP TABLE profiles; --")]
    [InlineData("/\u0027`{}[]")]
    public async Task Any_character_comes_back_as_UTF_8(string text)
    {
        // By form in raw UTF-8, by form percent-encoded, by JSON in raw UTF-8, and by JSON in escapes.
        string[] posts =
        [
            $"openid=oText&nickname={text}&headimgurl={text}",
            $"openid=oText&nickname={Uri.EscapeDataString(text)}&headimgurl={Uri.EscapeDataString(text)}",
            $$"""{"openid":"oText","nickname":"{{text}}","headimgurl":"{{text}}"}""",
            $$"""{"openid":"oText","nickname":"{{Escape(text)}}","headimgurl":"{{Escape(text)}}"}""",
        ];
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oText&score=1");
        var expected = Contract.List(Contract.Row("1", $"\"{text}\"", $"\"{text}\""));
        foreach (var post in posts)
        {
            await game.PostProfileAsync("openid=oText&nickname=before&headimgurl=before");
            Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync(post, contentType: null));
            Contract.Replies(expected, await game.ListAsync(), "Vary: Accept-Encoding");
        }
    }

    [Theory]
    [InlineData("\"", "\\\"")]
    [InlineData("\\", "\\\\")]
    [InlineData("\n", "\\n")]
    [InlineData("\r", "\\r")]
    [InlineData("\t", "\\t")]
    [InlineData("\u0001", "\\u0001")]
    [InlineData("\u001f", "\\u001f")]
    [InlineData("a\"b\\c", "a\\\"b\\\\c")]
    [InlineData("\\u0041", "\\\\u0041")]
    public async Task Quotes_backslashes_and_control_characters_are_escaped(string text, string json)
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oEscape&score=1");
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync($"openid=oEscape&nickname={Uri.EscapeDataString(text)}&headimgurl={text}"));
        Contract.Replies(Contract.List(Contract.Row("1", $"\"{json}\"", $"\"{json}\"")), await game.ListAsync(), "Vary: Accept-Encoding");
    }

    [Fact]
    public async Task Backspace_and_form_feed_are_escaped_in_one_of_the_ways_of_JSON()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oBack&score=1");
        await game.PostProfileAsync("openid=oBack&nickname=a%08b%0Cc");
        using var list = System.Text.Json.JsonDocument.Parse((await game.ListAsync()).Body);
        Assert.Equal("a\bb\fc", list.RootElement.GetProperty("data")[0].GetProperty("nickname").GetString());
    }

    [Theory]
    [MemberData(nameof(BadTexts))]
    public async Task Bad_UTF_8_and_U_0000_are_refused_in_forms(int index)
    {
        var bad = BadUtf8[index];
        var escaped = RawRequest.Of(string.Concat(bad.Select(static code => $"%{code:X2}")));
        await using var game = await fixture.PlayAsync();
        foreach (var value in (byte[][])[bad, escaped])
        {
            Contract.Refuses(await game.PostScoreAsync([.. "score=5&openid="u8, .. value]));
            Contract.Refuses(await game.PostScoreAsync([.. "openid=oBad&score=5"u8, .. value]));
            foreach (var field in (string[])["nickname", "headimgurl", "province", "city", "country", "sex"])
            {
                Contract.Refuses(await game.PostProfileAsync([.. "openid=oBad&"u8, .. RawRequest.Of(field), (byte)'=', .. value, .. "&"u8]));
            }
        }

        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oBad"));
    }

    [Theory]
    [MemberData(nameof(BadTexts))]
    public async Task Bad_UTF_8_and_U_0000_are_refused_in_JSON(int index)
    {
        var bad = BadUtf8[index];
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync([.. """{"score":5,"openid":"oBad"""u8, .. bad, .. "\"}"u8], RawRequest.Json));
        Contract.Refuses(await game.PostProfileAsync([.. """{"openid":"oBad","nickname":"小明"""u8, .. bad, .. "\"}"u8], RawRequest.Json));
        Contract.Refuses(await game.PostProfileAsync([.. """{"openid":"oBad","nickname":"\u0041"""u8, .. bad, .. "\"}"u8], RawRequest.Json));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("a\\ud83d")]
    [InlineData("\\ud83db")]
    [InlineData("\\ud83d\\ud83d")]
    [InlineData("\\u0000")]
    [InlineData("a\\u0000b")]
    public async Task Lone_surrogates_and_U_0000_are_refused_in_JSON(string text)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync($$"""{"openid":"{{text}}","score":5}""", RawRequest.Json));
        Contract.Refuses(await game.PostScoreAsync($$"""{"openid":"oLone","score":"5{{text}}"}""", RawRequest.Json));
        foreach (var field in (string[])["nickname", "headimgurl", "province", "city", "country", "sex"])
        {
            Contract.Refuses(await game.PostProfileAsync($$"""{"openid":"oLone","{{field}}":"{{text}}"}""", RawRequest.Json));
        }
    }

    private static string Escape(string text) => string.Concat(text.Select(static unit => $"\\u{(int)unit:x4}"));
}
