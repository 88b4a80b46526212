using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

/// <summary>An operator's trigger stands for whatever makes the database refuse one row.</summary>
public sealed class RefusedRowTests
{
    private const int Clients = 30;
    private const int Unlucky = 13;

    [Theory]
    [InlineData("CREATE TRIGGER no BEFORE INSERT ON log WHEN NEW.score = 1013 BEGIN SELECT RAISE(ABORT, 'not this one'); END")]
    [InlineData("CREATE TRIGGER no BEFORE INSERT ON player WHEN NEW.external_id = 'player-13' BEGIN SELECT RAISE(ABORT, 'not this one'); END")]
    [InlineData("CREATE TRIGGER no AFTER INSERT ON log WHEN NEW.score = 1013 BEGIN SELECT RAISE(ABORT, 'not this one'); END")]
    public async Task A_row_that_the_database_refuses_fails_alone_in_its_batch(string trigger)
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var other = new SqlConnection(server.DatabaseFile);
            other.Execute(trigger);
            var replies = await SubmitInOneBatchAsync(server, other);
            replies[Unlucky].AssertUnavailable();
            Assert.All(replies.Where((_, client) => client != Unlucky), static reply => Assert.True(reply.IsFirst, reply.Body));
            await AssertScoresAsync(server);
            using var connection = await server.ConnectAsync();
            (await connection.PostScoreAsync($"player-{Unlucky}", 1000 + Unlucky))!.AssertUnavailable();
            await server.KillAsync();
        }

        await using var restarted = await ServerProcess.StartAsync(folder.Data);
        await AssertScoresAsync(restarted);
    }

    /// <summary>Such a trigger undoes or keeps more than its own row. Then the batch as a whole may fail, but what is said must be what is done.</summary>
    [Theory]
    [InlineData("CREATE TRIGGER no BEFORE INSERT ON log WHEN NEW.score = 1013 BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END")]
    [InlineData("CREATE TRIGGER no AFTER INSERT ON log WHEN NEW.score = 1013 BEGIN SELECT RAISE(FAIL, 'not this one'); END")]
    public async Task A_row_that_is_refused_with_side_effects_leaves_no_difference_between_replies_and_database(string trigger)
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<Reply> replies;
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var other = new SqlConnection(server.DatabaseFile);
            other.Execute(trigger);
            replies = await SubmitInOneBatchAsync(server, other);
            using var connection = await server.ConnectAsync();
            Assert.True((await connection.PostScoreAsync("later", 1)) is { IsFirst: true }, "Nothing can be stored any more.");
            await server.KillAsync();
        }

        await using var restarted = await ServerProcess.StartAsync(folder.Data);
        using var reading = await restarted.ConnectAsync();
        for (var client = 0; client < Clients; client++)
        {
            Assert.Equal(replies[client].IsStored ? 1000 + client : null, await reading.ScoreAsync($"player-{client}"));
        }
    }

    /// <summary>While another program holds the database locked, submissions gather.</summary>
    private static async Task<IReadOnlyList<Reply>> SubmitInOneBatchAsync(ServerProcess server, SqlConnection other)
    {
        other.Execute("BEGIN IMMEDIATE");
        using var first = await server.ConnectAsync();
        var leading = first.PostScoreAsync("leading", 1);
        var submitting = Enumerable.Range(0, Clients).Select(async client =>
        {
            using var connection = await server.ConnectAsync();
            return (await connection.PostScoreAsync($"player-{client}", 1000 + client))!;
        }).ToArray();
        await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
        other.Execute("ROLLBACK");
        await leading;
        return await Task.WhenAll(submitting);
    }

    private static async Task AssertScoresAsync(ServerProcess server)
    {
        using var connection = await server.ConnectAsync();
        for (var client = 0; client < Clients; client++)
        {
            Assert.Equal(client == Unlucky ? null : 1000 + client, await connection.ScoreAsync($"player-{client}"));
        }
    }
}
