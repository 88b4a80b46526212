using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

public sealed class LockedDatabaseTests
{
    [Theory]
    [InlineData("BEGIN IMMEDIATE")]
    [InlineData("BEGIN EXCLUSIVE")]
    public async Task A_database_held_locked_answers_writes_with_503_within_seconds_and_goes_on_when_released(string begin)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var connection = await server.ConnectAsync();
        using var other = new SqlConnection(server.DatabaseFile);
        Assert.True((await connection.PostScoreAsync("early", 5)) is { IsStored: true });
        other.Execute(begin);
        var began = TimeProvider.System.GetTimestamp();

        (await connection.PostScoreAsync("early", 6))!.AssertUnavailable();
        (await connection.PostScoreAsync("late", 6))!.AssertUnavailable();
        (await connection.PostProfileAsync("early", "nickname=迟到&"))!.AssertUnavailable();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 3 * 6);
        Assert.Equal(5, await connection.ScoreAsync("early"));
        Assert.Null(await connection.ScoreAsync("late"));
        Assert.Equal([5], (await connection.ListAsync()).Select(static row => row.Score));

        other.Execute("ROLLBACK");
        Assert.True((await connection.PostScoreAsync("early", 6).WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System)) is { IsStored: true });
        Assert.True((await connection.PostScoreAsync("late", 6)) is { IsFirst: true });
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Reads_go_on_at_once_while_writes_wait_for_a_lock()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var writing = await server.ConnectAsync();
        using var reading = await server.ConnectAsync();
        using var other = new SqlConnection(server.DatabaseFile);
        Assert.True((await writing.PostScoreAsync("player", 5)) is { IsStored: true });
        other.Execute("BEGIN IMMEDIATE");
        var waiting = writing.PostScoreAsync("player", 6);

        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(5, await reading.ScoreAsync("player"));
            Assert.Single(await reading.ListAsync());
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 1.5);
        other.Execute("ROLLBACK");
        Assert.True((await waiting) is { IsStored: true }, "A lock shorter than the server's patience only delays.");
    }
}
