using System.Text.Json;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Crash.Windows;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Backup;

public sealed class WindowBackupTests(ITestOutputHelper output)
{
    private const string Path = $"/v1/games/{WindowWitness.Game}";

    /// <summary>So many that a closed window has a file of its own.</summary>
    private const int Crowd = 1_100;

    [Fact]
    public async Task A_backup_made_while_windows_close_is_of_one_moment_and_the_files_of_closed_windows_are_made_again()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("backup.db");
        var witness = new WindowWitness(new Dictionary<string, BoardRules> { ["best"] = new("best", "equal_place"), ["crowd"] = new("sum", "later_first") });
        long before;
        await using (var server = await ServerProcess.StartAsync(folder.Data, ServerProcess.Busy))
        {
            using var connection = await V1Connection.OpenOperatorAsync(server);
            var game = new WindowGame(witness);
            await game.PrepareAsync(connection, ["best", "crowd"]);
            var isOver = false;
            var closing = CloseAgainAndAgainAsync(connection, game, witness, server, () => Volatile.Read(ref isOver));
            var submitting = SubmitAsync(witness, game, server, () => Volatile.Read(ref isOver));
            await UntilAsync(() => Files(folder.Data).Length >= 2, closing);
            before = witness.Now();
            var (code, said, errors) = await ServerProcess.RunAsync("backup", folder.Data, file);
            Volatile.Write(ref isOver, true);
            Assert.Null(await closing);
            Assert.All(await submitting, Assert.Null);
            output.WriteLine(said);
            Assert.True(code == 0, errors);
            await witness.AssertAgreesAsync(server);
            await server.KillAsync();
        }

        var other = folder.File("other");
        var (restored, _, why) = await ServerProcess.RunAsync("restore", other, file);
        Assert.True(restored == 0, why);
        await using var again = await ServerProcess.StartAsync(other);
        var asOf = witness.AsOf(before);
        Assert.Empty(Files(other));
        await asOf.AssertAgreesAsync(again);
        output.WriteLine($"{witness.Acknowledged} submissions acknowledged, {witness.Closed} windows closed, {asOf.Closed} in the backup, {Files(other).Length} of them with files.");
        Assert.True(Files(other).Length >= 2, "The files of closed windows were not made again.");
    }

    /// <summary>A window that was open in the backup and has closed since has a file, which may even be about as many changes.</summary>
    [Fact]
    public async Task A_restored_server_does_not_believe_the_file_of_a_window_that_closed_after_the_backup()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("backup.db");
        string sealedFile;
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var connection = await V1Connection.OpenOperatorAsync(server);
            await connection.DoAsync("PUT", Path, "{}");
            await connection.DoAsync("PUT", $"{Path}/boards/race", """{"windows":[{"kind":"all_time"}]}""");
            foreach (var batch in Enumerable.Range(0, Crowd).Chunk(100))
            {
                await connection.DoAsync("POST", $"{Path}/scores/batch", $$"""{"submissions":[{{string.Join(',', batch.Select(static number => Score($"runner-{number}", number)))}}]}""");
            }

            Assert.Equal(0, (await ServerProcess.RunAsync("backup", folder.Data, file)).ExitCode);
            await SubmitAndCloseAsync(connection, "runner-0", 5000);
            Assert.Equal(0, await server.StopAsync());
            sealedFile = Assert.Single(Files(folder.Data));
        }

        Assert.Equal(0, (await ServerProcess.RunAsync("restore", folder.Data, file)).ExitCode);
        Assert.Empty(Files(folder.Data));
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            // A folder where the file is to be made: it cannot be written, as if the process died first.
            Directory.CreateDirectory(sealedFile + ".new");
            using var connection = await V1Connection.OpenOperatorAsync(server);
            await SubmitAndCloseAsync(connection, "runner-1", 7000);
            Assert.Equal(0, await server.StopAsync());
            Directory.Delete(sealedFile + ".new");
        }

        await using var restarted = await ServerProcess.StartAsync(folder.Data);
        using var reading = await V1Connection.OpenOperatorAsync(restarted);
        using var standings = JsonDocument.Parse((await reading.DoAsync("GET", $"{Path}/boards/race/windows/all_time/standings?limit=1")).Body);
        Assert.Equal("7000", standings.RootElement.GetProperty("lines")[0].GetProperty("score").GetString());
        Assert.Equal([sealedFile], Files(folder.Data));
    }

    private static async Task SubmitAndCloseAsync(V1Connection connection, string player, int score)
    {
        await connection.DoAsync("POST", $"{Path}/scores/batch", $$"""{"submissions":[{{Score(player, score)}}]}""");
        await connection.DoAsync("POST", $"{Path}/boards/race/windows/all_time/close");
    }

    private static string Score(string player, int score) => $$"""{"board":"race","external_id":"{{player}}","score":{{score}}}""";

    private static async Task<string?> CloseAgainAndAgainAsync(V1Connection connection, WindowGame game, WindowWitness witness, ServerProcess server, Func<bool> isOver)
    {
        var crowd = new SubmissionClient(witness, number: 9, seed: 1);
        string[] players = [.. Enumerable.Range(0, Crowd).Select(static number => $"villager-{number:0000}")];
        string? fault = null;
        while (fault is null && !isOver())
        {
            fault = await crowd.RunBatchesAsync(server, game.Key, "crowd", players) ?? await game.CloseAsync(connection, "crowd", isDay: false);
            for (var round = 0; round < 10 && fault is null; round++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                fault = await game.CloseAsync(connection, "best", isDay: false);
                await game.PutSeasonAsync(connection, "best", TimeSpan.FromMinutes(10));
            }

            await game.PutSeasonAsync(connection, "crowd", TimeSpan.FromMinutes(10));
        }

        return fault;
    }

    private static Task<string?[]> SubmitAsync(WindowWitness witness, WindowGame game, ServerProcess server, Func<bool> isOver)
    {
        string[] players = [.. Enumerable.Range(0, 40).Select(static number => $"wanderer-{number:00}")];
        return Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() =>
            new SubmissionClient(witness, number, seed: 1).RunAsync(server, game.Key, ["best"], players, isOver))));
    }

    private static async Task UntilAsync(Func<bool> isSo, Task<string?> meanwhile)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !isSo();)
        {
            Assert.False(meanwhile.IsCompleted, meanwhile.IsCompletedSuccessfully ? meanwhile.Result : meanwhile.Exception?.Message);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "It did not come about.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private static string[] Files(string data) =>
        Directory.Exists(data + "/sealed") ? Directory.GetFiles(data + "/sealed", "*.sealed", SearchOption.AllDirectories) : [];
}
