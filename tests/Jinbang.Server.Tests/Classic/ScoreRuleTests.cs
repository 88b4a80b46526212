namespace Jinbang.Server.Tests.Classic;

public sealed class ScoreRuleTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("-1", -1)]
    [InlineData("-0", 0)]
    [InlineData("", 0)]
    [InlineData("000", 0)]
    [InlineData("007", 7)]
    [InlineData("-007", -7)]
    [InlineData(" 12", 12)]
    [InlineData("12 ", 12)]
    [InlineData("  12  ", 12)]
    [InlineData("%2012%20", 12)]
    [InlineData("+12+", 12)]
    [InlineData("%31%32", 12)]
    [InlineData("999999999999999", 999_999_999_999_999)]
    [InlineData("-999999999999999", -999_999_999_999_999)]
    [InlineData("000999999999999999", 999_999_999_999_999)]
    [InlineData("0000000000000000000000000000000000000000000000000999999999999999", 999_999_999_999_999)]
    [InlineData("                                                              12", 12)]
    public async Task Whole_numbers_are_read(string written, long score)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync($"openid=oReader&score={written}"));
        Contract.Replies(Contract.Score(score), await game.UserScoreAsync("oReader"));
    }

    [Theory]
    [InlineData("1e3")]
    [InlineData("1E3")]
    [InlineData("0x10")]
    [InlineData("12.5")]
    [InlineData("100.0")]
    [InlineData("100.")]
    [InlineData(".5")]
    [InlineData("abc")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("undefined")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[object Object]")]
    [InlineData("%2B5")]
    [InlineData("-")]
    [InlineData("--5")]
    [InlineData("- 5")]
    [InlineData("5-")]
    [InlineData("1 2")]
    [InlineData("1,000")]
    [InlineData("1_000")]
    [InlineData("１２")]
    [InlineData("٣")]
    [InlineData("一百")]
    [InlineData("−5")]
    [InlineData("1000000000000000")]
    [InlineData("-1000000000000000")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551617")]
    [InlineData("00000000000000000000000000000000000000000000000000999999999999999")]
    [InlineData("                                                               12")]
    [InlineData("1' OR '1'='1")]
    [InlineData("1; DROP TABLE scores")]
    [InlineData("5%00")]
    [InlineData("5%")]
    public async Task Anything_else_is_refused_and_stores_nothing(string written)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync($"openid=oRefused&score={written}"));
        Contract.Refuses(await game.PostScoreAsync($$"""{"openid":"oRefused","score":"{{written.Replace("%2B", "+", StringComparison.Ordinal).Replace("%00", "\\u0000", StringComparison.Ordinal)}}"}""", RawRequest.Json));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oRefused"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&Score=5")]
    [InlineData("&scores=5")]
    [InlineData("&score%=5")]
    public async Task An_absent_score_is_refused(string rest)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync($"openid=oAbsent{rest}"));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oAbsent"));
    }

    [Theory]
    [InlineData("1e3")]
    [InlineData("12.5")]
    [InlineData("100.0")]
    [InlineData("1000000000000000")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("[]")]
    [InlineData("[5]")]
    [InlineData("{}")]
    [InlineData("{\"score\":5}")]
    [InlineData("NaN")]
    [InlineData("007")]
    [InlineData("+5")]
    [InlineData("0x10")]
    [InlineData("undefined")]
    public async Task JSON_values_that_are_no_whole_numbers_are_refused(string value)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync($$"""{"openid":"oJson","score":{{value}}}""", RawRequest.Json));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oJson"));
    }

    [Theory]
    [InlineData("100", 100)]
    [InlineData("-0", 0)]
    [InlineData("-5", -5)]
    [InlineData("999999999999999", 999_999_999_999_999)]
    [InlineData("\"100\"", 100)]
    [InlineData("\"\"", 0)]
    [InlineData("\" 7 \"", 7)]
    [InlineData("\"\\u0037\"", 7)]
    public async Task JSON_numbers_and_texts_are_read_alike(string value, long score)
    {
        await using var game = await fixture.PlayAsync();
        var id = $"oAlike{value.GetHashCode(StringComparison.Ordinal)}";
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync($$"""{"openid":"{{id}}","score":{{value}}}""", RawRequest.Json));
        Contract.Replies(Contract.Score(score), await game.UserScoreAsync(id));
    }

    [Theory]
    [InlineData("-5", true)]
    [InlineData("1000", true)]
    [InlineData("-6", false)]
    [InlineData("1001", false)]
    [InlineData("999999999999999", false)]
    public async Task A_game_may_bound_its_scores(string score, bool accepted)
    {
        await using var game = await fixture.Server.PlayAsync("bounded");
        var reply = await game.PostScoreAsync($"openid=oBound{score}&score={score}");
        if (accepted)
        {
            Contract.Replies(Contract.ScoreAdded, reply);
        }
        else
        {
            Contract.Refuses(reply);
            Contract.Replies(Contract.NoScore, await game.UserScoreAsync($"oBound{score}"));
        }
    }

    [Fact]
    public async Task A_refused_score_does_not_block_a_later_one()
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync("openid=oLater&score=abc"));
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oLater&score=1"));
        Contract.Refuses(await game.PostScoreAsync("openid=oLater&score=abc"));
        Contract.Replies(Contract.ScoreChanged, await game.PostScoreAsync("openid=oLater&score=2"));
    }
}
