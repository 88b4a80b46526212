using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash;

/// <summary>One server after the other on the same data folder, each killed at a random moment, and all compared with what clients can swear to.</summary>
internal sealed class CrashRun(string data, int seed)
{
    private const int Players = 320;
    private const int Connections = 16;

    private readonly Random random = new(seed);

    public Witness Witness { get; } = new(Players);

    public int Kills { get; private set; }

    /// <summary>Kills in the middle of a start.</summary>
    public int KillsOfStarts { get; private set; }

    public async Task RunAsync(int kills)
    {
        while (Kills < kills)
        {
            if (Kills > 0 && random.Next(6) == 0)
            {
                await LiveShorterThanAStartAsync();
            }
            else
            {
                await LiveAsync();
            }

            Kills++;
        }

        await using var last = await ServerProcess.StartAsync(data, ServerProcess.Busy);
        await Witness.AssertAgreesAsync(last);
        Assert.Equal(0, await last.StopAsync());
    }

    private async Task LiveAsync()
    {
        await using var server = await ServerProcess.StartAsync(data, ServerProcess.Busy);
        await Witness.AssertAgreesAsync(server);
        if (random.Next(3) == 0)
        {
            Age(server.DatabaseFile);
        }

        var load = new Load(Witness, Connections, random.Next());
        var running = load.RunAsync(server);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 400)), TimeProvider.System);
        await server.KillAsync();
        await running;
        Assert.True(load.Fault is null, load.Fault);
    }

    /// <summary>Makes what is folded so old that it is forgotten, which takes a day at the least.</summary>
    private static void Age(string databaseFile)
    {
        using var sql = new SqlConnection(databaseFile);
        sql.Execute("UPDATE log SET at = at - 172800000 WHERE number <= (SELECT folded FROM store)");
    }

    private async Task LiveShorterThanAStartAsync()
    {
        await using var server = ServerProcess.Launch(data, ServerProcess.Busy);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 500)), TimeProvider.System);
        await server.KillAsync();
        KillsOfStarts++;
    }
}
