using System.Globalization;
using System.Text.Json;

namespace Jinbang.Server.Tests.Classic;

public sealed class RaceTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Rounds = 200;
    private const int Seed = 77;

    [Fact]
    public async Task Simultaneous_first_scores_make_one_entry_with_the_highest()
    {
        var random = new Random(Seed);
        await RaceAsync(4, round => [.. Enumerable.Range(0, 4).Select(_ => (long[])[(round * 100) + random.Next(10)])]);
    }

    [Fact]
    public async Task Eight_rising_scores_at_once_end_at_the_highest() =>
        await RaceAsync(8, static round => [.. Enumerable.Range(0, 8).Select(i => (long[])[(round * 100) + i])]);

    [Fact]
    public async Task Scores_sent_one_behind_the_other_on_eight_connections_keep_an_order()
    {
        var random = new Random(Seed);
        await RaceAsync(8, round => [.. Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, 4).Select(_ => (round * 100L) + random.Next(60)).ToArray())]);
    }

    [Fact]
    public async Task Simultaneous_first_profiles_are_added_once()
    {
        var connections = await ConnectAsync(4);
        for (var round = 0; round < Rounds; round++)
        {
            var replies = await Task.WhenAll(connections.Select((game, i) => Task.Run(() => game.PostProfileAsync($"openid=oRace{round}&nickname=n{i}"))));
            Assert.Single(replies, static reply => reply.Text == Contract.ProfileAdded);
            Assert.Equal(3, replies.Count(static reply => reply.Text == Contract.ProfileChanged));
        }

        await CloseAsync(connections);
    }

    [Fact]
    public async Task A_first_profile_and_a_first_score_at_once_are_both_added()
    {
        var connections = await ConnectAsync(4);
        for (var round = 0; round < Rounds; round++)
        {
            var id = $"openid=oBoth{round}";
            var replies = await Task.WhenAll(connections.Select((game, i) => Task.Run(() => i % 2 == 0 ? game.PostProfileAsync($"{id}&nickname=n{round}") : game.PostScoreAsync($"{id}&score={round}"))));
            Assert.Equal(
                [Contract.ProfileAdded, Contract.ProfileChanged, Contract.ScoreAdded, Contract.ScoreNotBetter],
                replies.Select(static reply => reply.Text).OrderBy(static text => text.Contains("成绩", StringComparison.Ordinal) || text.Contains("分数", StringComparison.Ordinal)).ThenByDescending(static text => text.Contains("添加", StringComparison.Ordinal)));
        }

        var rows = Enumerable.Range(Rounds - 100, 100).Reverse().Select(static round => Contract.Row(round.ToString(CultureInfo.InvariantCulture), $"\"n{round}\""));
        Contract.Replies(Contract.List([.. rows]), await connections[0].ListAsync(), "Vary: Accept-Encoding");
        await CloseAsync(connections);
    }

    /// <summary>Rounds for one new player each: the scores of a connection are pipelined, the connections are at it at once.</summary>
    private async Task RaceAsync(int width, Func<int, long[][]> scoresOf)
    {
        var connections = await ConnectAsync(width);
        var highest = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            var scores = scoresOf(round);
            var outcomes = await Task.WhenAll(connections.Select((game, i) => Task.Run(() => SendAsync(game, $"oRace{round}", scores[i]))));
            highest.Add(scores.Max(static own => own.Max()));
            Contract.Replies(Contract.Score(highest[^1]), await connections[0].UserScoreAsync($"oRace{round}"));
            HaveOneOrder(scores, outcomes);
        }

        // Later rounds score higher, so a second entry of a player would stand among the hundred.
        using var list = JsonDocument.Parse((await connections[0].ListAsync()).Body);
        Assert.Equal(
            highest.Order().Reverse().Take(100).Select(static score => score.ToString(CultureInfo.InvariantCulture)),
            list.RootElement.GetProperty("data").EnumerateArray().Select(static row => row.GetProperty("score").GetString()));
        await CloseAsync(connections);
    }

    private static async Task<string[]> SendAsync(GameClient game, string openid, long[] scores)
    {
        byte[] requests = [.. scores.SelectMany(score => RawRequest.Post(
            game.PathOf("post_score"), RawRequest.Form, RawRequest.Of(string.Create(CultureInfo.InvariantCulture, $"openid={openid}&score={score}"))))];
        await game.Connection.SendAsync(requests);
        var replies = new string[scores.Length];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = (await game.Connection.ReadAsync()).Text;
        }

        return replies;
    }

    /// <summary>
    /// One after the other in some order the calls would have been answered just so. The accepted ones can only have come in ascending order; one that was
    /// not better fits anywhere after the first accepted score that is at least as high; and a connection's own calls come in its order.
    /// </summary>
    private static void HaveOneOrder(long[][] scores, string[][] outcomes)
    {
        var calls = scores.SelectMany((own, i) => own.Select((score, k) => (Score: score, Outcome: outcomes[i][k]))).ToArray();
        var added = Assert.Single(calls, static call => call.Outcome == Contract.ScoreAdded);
        var accepted = calls.Where(static call => call.Outcome != Contract.ScoreNotBetter).Select(static call => call.Score).Order().ToList();
        Assert.Equal(accepted.Distinct(), accepted);
        Assert.Equal(accepted[0], added.Score);
        Assert.All(calls, static call => Assert.Contains(call.Outcome, (string[])[Contract.ScoreAdded, Contract.ScoreChanged, Contract.ScoreNotBetter]));
        for (var i = 0; i < scores.Length; i++)
        {
            var place = -1;
            for (var k = 0; k < scores[i].Length; k++)
            {
                var score = scores[i][k];
                var first = accepted.FindIndex(best => best >= score);
                Assert.True(first >= 0, $"{score} was not better than nothing.");
                if (outcomes[i][k] != Contract.ScoreNotBetter)
                {
                    Assert.True(first > place, $"{score} was accepted after a higher score.");
                    place = first;
                }

                place = Math.Max(place, first);
            }
        }
    }

    private async Task<GameClient[]> ConnectAsync(int width)
    {
        var first = await fixture.PlayEmptyAsync();
        var others = await Task.WhenAll(Enumerable.Range(1, width - 1).Select(_ => fixture.Server.PlayAsync(first.Game)));
        return [first, .. others];
    }

    private static async Task CloseAsync(GameClient[] connections)
    {
        foreach (var game in connections)
        {
            await game.DisposeAsync();
        }
    }
}
