using System.Diagnostics;
using System.Globalization;
using Jinbang.Postgres;
using Npgsql;

namespace Jinbang.ClusterTests;

// The harm that is done, and the supervisor who starts again what has ended.

internal sealed partial class ClusterRun
{
    private async Task HarmAsync(Fault fault)
    {
        var owners = await OwnersAsync();
        var victim = fault is Fault.KillOwner or Fault.FreezeMoment && owners.Count > 0
            ? owners.Values.GroupBy(static owner => owner).MaxBy(static group => group.Count())!.Key
            : schedule.Next(cluster.Count);
        var server = cluster[victim];
        harm.Add((fault, Stopwatch.GetTimestamp(), owners, victim));
        switch (fault)
        {
            case Fault.KillOwner or Fault.KillAny:
                await server.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
                await server.StartAsync();
                break;
            case Fault.Restart:
                var code = await server.StopAsync();
                if (code != 0)
                {
                    throw new InvalidOperationException($"Server {victim} ended with {code} when it was stopped: {server.Said}");
                }

                await server.StartAsync();
                break;
            case Fault.FreezeMoment:
                server.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System);

                // By now others have its boards and go on. What is asked of it waits until it wakes up, and then it cannot reach the database for a moment, where it would learn that.
                server.Proxy.Mode = ProxyMode.Hold;
                var asked = AskManyAsync(victim, [.. owners.Where(owner => owner.Value == victim).Select(static owner => owner.Key)]);
                await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System);
                server.Thaw();
                await asked;
                server.Proxy.Mode = ProxyMode.Pass;
                await SuperviseAsync(server);
                break;
            case Fault.FreezeBriefly or Fault.FreezeLong:
                server.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(fault == Fault.FreezeBriefly ? 5 : 15), TimeProvider.System);
                server.Thaw();
                await SuperviseAsync(server);
                break;
            case Fault.CrashDatabase:
                await database.StopImmediatelyAsync();
                await database.StartAsync();
                await SuperviseAsync([.. cluster]);
                break;
            case Fault.CutOff:
                server.Proxy.Mode = ProxyMode.Hold;
                server.Proxy.Refuses = true;
                await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);
                server.Proxy.Refuses = false;
                server.Proxy.Mode = ProxyMode.Pass;
                await SuperviseAsync(server);
                break;
            case Fault.BreakConnections:
                server.Proxy.Cut();
                break;
            case Fault.FreezeInFold:
                await using (var locked = new NpgsqlConnection(connectionString + ";Pooling=false"))
                {
                    await locked.OpenAsync();
                    await using var transaction = await locked.BeginTransactionAsync();
                    await using var command = new NpgsqlCommand("LOCK TABLE entry IN EXCLUSIVE MODE", locked);
                    await command.ExecuteNonQueryAsync();

                    // Long enough for a fold to begin, and for less than it waits for a lock.
                    await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
                    server.Freeze();
                    await transaction.RollbackAsync();
                }

                await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
                server.Thaw();
                await SuperviseAsync(server);
                break;
            case Fault.JumpClock:
                server.SetClock(TimeSpan.FromHours(schedule.Next(2) == 0 ? 3 : -3));
                await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
                server.SetClock(TimeSpan.Zero);
                break;
            case Fault.FillDisk:
                database.FillDisk();
                await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
                database.MakeRoom();
                if (!database.IsRunning)
                {
                    await database.StartAsync();
                }

                await SuperviseAsync([.. cluster]);
                break;
            default:
                throw new InvalidOperationException($"{fault} is no harm.");
        }
    }

    private async Task AskManyAsync(int server, IReadOnlyList<string> boards)
    {
        using var http = NewClient(key);
        await Task.WhenAll(Enumerable.Range(0, boards.Count == 0 ? 0 : 300).Select(i => ReadOwnAsync(http, boards[i % boards.Count], $"o-{i % Players}", server)));
    }

    /// <summary>Starts servers again that have ended by themselves, as one does that others took for dead.</summary>
    private static async Task SuperviseAsync(params ClusterServer[] suspects)
    {
        foreach (var server in suspects)
        {
            if (await server.EndsAsync(TimeSpan.FromSeconds(suspects.Length > 1 ? 1 : 4)) is { } code)
            {
                if (code != 74)
                {
                    throw new InvalidOperationException($"Server {server.Index} ended with {code}: {server.Said}");
                }

                await server.StartAsync();
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, int>> OwnersAsync()
    {
        var owners = new Dictionary<string, int>();
        await ReadAsync(
            "SELECT b.name, m.address FROM ownership AS o JOIN board AS b ON b.number = o.board JOIN game AS g ON g.number = b.game JOIN member AS m ON m.number = o.owner WHERE g.id = 'crash-test'",
            row =>
            {
                var port = row.GetString(1)[(row.GetString(1).LastIndexOf(':') + 1)..];
                if (cluster.Find(server => server.SiloPort.ToString(CultureInfo.InvariantCulture) == port) is { } server)
                {
                    owners[row.GetString(0)] = server.Index;
                }
            });
        return owners;
    }
}
