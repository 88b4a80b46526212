using System.Net.Sockets;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash;

/// <summary>
/// Many clients that write without pause and swear to what was answered. Scores of a player come over any connection, at once; his profile over one only,
/// so that it is known which value came last.
/// </summary>
internal sealed class Load(Witness witness, int connections, int seed)
{
    private volatile bool isOver;
    private int cutReplies;

    /// <summary>What went wrong, null while nothing has.</summary>
    public string? Fault { get; private set; }

    /// <summary>How many connections were closed in the middle of a reply.</summary>
    public int CutReplies => cutReplies;

    /// <summary>Ends every client after the reply it waits for.</summary>
    public void End() => isOver = true;

    /// <summary>Runs until told to end or until the server closes all connections.</summary>
    public Task RunAsync(ServerProcess server) => Task.WhenAll(Enumerable.Range(0, connections).Select(client => Task.Run(() => RunAsync(server, client))));

    private async Task RunAsync(ServerProcess server, int client)
    {
        var random = new Random(HashCode.Combine(seed, client));
        try
        {
            using var connection = await server.ConnectAsync();
            for (var round = 0; !isOver && Fault is null && await WriteAsync(connection, random, client, round); round++)
            {
            }
        }
        catch (SocketException)
        {
            // The server is gone already.
        }
        catch (CutReplyException)
        {
            Interlocked.Increment(ref cutReplies);
        }
    }

    private Task<bool> WriteAsync(ClassicConnection connection, Random random, int client, int round) => random.Next(5) == 0
        ? WriteProfileAsync(connection, random, witness.Players[(random.Next(witness.Players.Count / connections) * connections) + client])
        : WriteScoreAsync(connection, random, witness.Players[random.Next(witness.Players.Count)], round);

    private async Task<bool> WriteScoreAsync(ClassicConnection connection, Random random, PlayerWitness player, int round)
    {
        // Some rise by a little, so that they count; some are anything, so that most do not; some are few, so that many are equal.
        var best = player.Proven ?? -500;
        var score = random.Next(10) switch
        {
            < 6 => best + random.Next(1, 4),
            < 8 => best + random.Next(-1000, 10),
            _ => (best / 50 * 50) + 50,
        };
        var before = player.Sending(score, witness.Tick());
        if (await connection.PostScoreAsync(player.Id, score) is not { } reply)
        {
            return false;
        }

        witness.Count(reply);
        Fault ??= player.Answered(score, before, reply, witness.Tick());
        return true;
    }

    private async Task<bool> WriteProfileAsync(ClassicConnection connection, Random random, PlayerWitness player)
    {
        var nickname = random.Next(3) > 0 ? $"{player.Id} 状元{random.Next(1_000_000)}" : null;
        var avatar = nickname is null || random.Next(2) > 0 ? $"https://avatar.invalid/{random.Next(1_000_000)}" : null;
        Sending(player.Nickname, nickname);
        Sending(player.Avatar, avatar);
        var fields = (nickname is null ? "" : $"nickname={nickname}&") + (avatar is null ? "" : $"headimgurl={avatar}&");
        if (await connection.PostProfileAsync(player.Id, fields) is not { } reply)
        {
            return false;
        }

        witness.Count(reply);
        if (reply.IsProfileStored)
        {
            Answered(player.Nickname, nickname);
            Answered(player.Avatar, avatar);
        }
        else if (!reply.IsUnavailable)
        {
            Fault ??= $"{player.Id}: a profile was answered {reply.Status} {reply.Body}";
        }

        return true;
    }

    private static void Sending(FieldWitness field, string? value)
    {
        if (value is not null)
        {
            field.Sending(value);
        }
    }

    private static void Answered(FieldWitness field, string? value)
    {
        if (value is not null)
        {
            field.Answered(value);
        }
    }
}
