using System.Globalization;
using System.Text.Json;

namespace Jinbang.Server.Tests.Classic;

public sealed class TopHundredTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Varies = "Vary: Accept-Encoding";

    [Fact]
    public async Task An_empty_board_is_an_empty_list()
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies("""{"code":200,"status":200,"data":[]}""", await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task Scores_stand_in_descending_order_as_numbers()
    {
        await using var game = await fixture.PlayEmptyAsync();
        string[] scores = ["9", "10", "-1", "0", "100", "99", "-100", "999999999999999", "1501"];
        foreach (var score in scores)
        {
            await game.PostScoreAsync($"openid=o{score}&score={score}");
        }

        string[] expected = ["999999999999999", "1501", "100", "99", "10", "9", "0", "-1", "-100"];
        Contract.Replies(Contract.List([.. expected.Select(static score => Contract.Row(score))]), await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task Of_equal_scores_the_earlier_stands_higher_and_a_better_score_counts_as_reached_at_that_moment()
    {
        await using var game = await fixture.PlayEmptyAsync();
        foreach (var name in (string[])["a", "b", "c"])
        {
            await game.PostProfileAsync($"openid=o{name}&nickname={name}");
        }

        await game.PostScoreAsync("openid=oa&score=10");
        await game.PostScoreAsync("openid=ob&score=20");
        await game.PostScoreAsync("openid=oc&score=20");
        await HasOrderAsync(game, "b20", "c20", "a10");
        await game.PostScoreAsync("openid=oa&score=20");
        await HasOrderAsync(game, "b20", "c20", "a20");
        await game.PostScoreAsync("openid=ob&score=20");
        await game.PostScoreAsync("openid=oc&score=19");
        await HasOrderAsync(game, "b20", "c20", "a20");
        await game.PostScoreAsync("openid=oc&score=21");
        await game.PostScoreAsync("openid=ob&score=21");
        await HasOrderAsync(game, "c21", "b21", "a20");
    }

    [Fact]
    public async Task Of_150_players_100_are_listed_with_and_without_profiles()
    {
        await using var game = await fixture.PlayEmptyAsync();
        for (var i = 0; i < 150; i++)
        {
            // Every score three times, in the order of arrival within a score.
            await game.PostScoreAsync(string.Create(CultureInfo.InvariantCulture, $"openid=oMany{i}&score={i % 50}"));
            if (i % 2 == 0)
            {
                await game.PostProfileAsync(string.Create(CultureInfo.InvariantCulture, $"openid=oMany{i}&nickname=player{i}&headimgurl=http://pictures.example/{i}"));
            }
        }

        var rows = Enumerable.Range(0, 150).OrderByDescending(static i => i % 50).ThenBy(static i => i).Take(100).Select(static i =>
        {
            var score = (i % 50).ToString(CultureInfo.InvariantCulture);
            return i % 2 == 0
                ? Contract.Row(score, string.Create(CultureInfo.InvariantCulture, $"\"player{i}\""), string.Create(CultureInfo.InvariantCulture, $"\"http://pictures.example/{i}\""))
                : Contract.Row(score);
        });
        Contract.Replies(Contract.List([.. rows]), await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task The_last_place_is_taken_over_and_its_profile_changes_at_once()
    {
        await using var game = await fixture.PlayEmptyAsync();
        for (var i = 0; i < 101; i++)
        {
            await game.PostScoreAsync(string.Create(CultureInfo.InvariantCulture, $"openid=oEdge{i}&score={1000 - i}"));
        }

        await game.PostProfileAsync("openid=oEdge100&nickname=outside");
        Assert.DoesNotContain("outside", (await game.ListAsync()).Text, StringComparison.Ordinal);
        await game.PostScoreAsync("openid=oEdge100&score=902");
        Assert.EndsWith("""{"nickname":"outside","avatar":null,"score":"902","rank":null}]}""", (await game.ListAsync()).Text, StringComparison.Ordinal);
        await game.PostProfileAsync("openid=oEdge100&nickname=inside");
        var list = (await game.ListAsync()).Text;
        Assert.EndsWith("""{"nickname":"inside","avatar":null,"score":"902","rank":null}]}""", list, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(list);
        Assert.Equal(100, json.RootElement.GetProperty("data").GetArrayLength());
    }

    private static async Task HasOrderAsync(GameClient game, params string[] expected)
    {
        using var json = JsonDocument.Parse((await game.ListAsync()).Body);
        Assert.Equal(expected, json.RootElement.GetProperty("data").EnumerateArray().Select(static row => $"{row.GetProperty("nickname").GetString()}{row.GetProperty("score").GetString()}"));
    }
}
