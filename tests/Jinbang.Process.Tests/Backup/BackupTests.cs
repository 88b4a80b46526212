using Jinbang.ProcessTests.Crash;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Backup;

public sealed class BackupTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_backup_made_under_load_holds_all_that_was_acknowledged_before_it_began_and_nothing_that_was_never_sent()
    {
        using var folder = new TemporaryFolder();
        var witness = new Witness(320);
        var file = folder.File("backup.db");
        long?[] provenBefore;
        await using (var server = await ServerProcess.StartAsync(folder.Data, ServerProcess.Busy))
        {
            var load = new Load(witness, connections: 16, seed: 5);
            var running = load.RunAsync(server);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            provenBefore = [.. witness.Players.Select(static player => player.Proven)];
            var (code, said, errors) = await ServerProcess.RunAsync("backup", folder.Data, file);
            load.End();
            await running;
            output.WriteLine(said);
            Assert.True(code == 0, errors);
            Assert.True(load.Fault is null, load.Fault);
            await witness.AssertAgreesAsync(server);
            await server.KillAsync();
        }

        Assert.Contains(provenBefore, static score => score is not null);
        Assert.Equal((0, ""), Code(await ServerProcess.RunAsync("restore", folder.File("other"), file)));
        await AssertBetweenAsync(folder.File("other"), witness, provenBefore);

        await using var original = await ServerProcess.StartAsync(folder.Data);
        await witness.AssertAgreesAsync(original);
    }

    [Fact]
    public async Task A_backup_killed_at_any_write_leaves_no_file_and_the_next_one_works_and_the_server_goes_on()
    {
        using var folder = new TemporaryFolder();
        var witness = new Witness(320);
        await using (var server = await ServerProcess.StartAsync(folder.Data, ServerProcess.Busy))
        {
            var load = new Load(witness, connections: 4, seed: 6);
            var running = load.RunAsync(server);
            var file = folder.File("backup.db");
            foreach (var call in (string[])["pwrite64:signal=KILL:when=1", "pwrite64:signal=KILL:when=7", "fsync,fdatasync:signal=KILL:when=1", "link,linkat,rename,renameat2:signal=KILL"])
            {
                var strace = Strace.Injecting(call, [.. ((string[])["", ".unfinished", ".unfinished-journal"]).Select(suffix => file + suffix)]);
                var (code, _, errors) = await ServerProcess.RunAsync("backup", folder.Data, file, strace);
                Assert.True(code == 128 + 9 || code == 9, $"{call}: it was not killed but ended with {code}: {errors}");
                Assert.False(File.Exists(file), $"Killed at {call} it left a file under the final name.");
            }

            await KillAtRandomAsync(folder.Data, file);
            var (last, said, _) = await ServerProcess.RunAsync("backup", folder.Data, file);
            output.WriteLine(said);
            Assert.Equal(0, last);
            Assert.Equal(["backup.db"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
            load.End();
            await running;
            Assert.True(load.Fault is null, load.Fault);
            await witness.AssertAgreesAsync(server);
            await server.KillAsync();
        }

        await using var restarted = await ServerProcess.StartAsync(folder.Data);
        await witness.AssertAgreesAsync(restarted);
    }

    [Fact]
    public async Task A_backup_never_overwrites_a_file_and_says_so()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        var file = folder.File("backup.db");
        await File.WriteAllTextAsync(file, "precious");

        var (code, _, errors) = await ServerProcess.RunAsync("backup", folder.Data, file);

        Assert.Equal(1, code);
        Assert.Contains("exists already", errors, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(file));
    }

    private static async Task KillAtRandomAsync(string data, string file)
    {
        var random = new Random(7);
        for (var kill = 0; kill < 5; kill++)
        {
            await using var backup = ServerProcess.Command("backup", data, file);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60, 250)), TimeProvider.System);
            if (!backup.HasEnded)
            {
                backup.Kill();
            }

            await backup.EndAsync(TimeSpan.FromSeconds(10));

            // One that was whole before the kill is a good one.
            File.Delete(file);
        }
    }

    private static async Task AssertBetweenAsync(string data, Witness witness, long?[] provenBefore)
    {
        await using var server = await ServerProcess.StartAsync(data);
        using var connection = await server.ConnectAsync();
        for (var i = 0; i < provenBefore.Length; i++)
        {
            var player = witness.Players[i];
            var shown = await connection.ScoreAsync(player.Id);
            Assert.False(shown is null && provenBefore[i] is not null, $"{player.Id} has no score in the backup.");
            Assert.True(shown is null || provenBefore[i] is null || shown >= provenBefore[i], $"{player.Id} has {shown} in the backup, and {provenBefore[i]} was acknowledged before it began.");
            Assert.True(shown is null || player.Times(shown.Value).SentAt != long.MinValue, $"{player.Id} has {shown} in the backup, which was never sent.");
        }
    }

    private static (int, string) Code((int ExitCode, string Output, string Errors) run) => (run.ExitCode, run.Errors);
}
