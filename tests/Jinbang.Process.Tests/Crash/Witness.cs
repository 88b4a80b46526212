using System.Globalization;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;
using Microsoft.Data.Sqlite;

namespace Jinbang.ProcessTests.Crash;

/// <summary>What all clients together can swear to, and the comparison of a server with it.</summary>
internal sealed class Witness
{
    private readonly Dictionary<string, PlayerWitness> byId;
    private long ticks;
    private long acknowledged;
    private long unavailable;

    public Witness(int players)
    {
        Players = [.. Enumerable.Range(0, players).Select(static number => new PlayerWitness($"player-{number.ToString("000", CultureInfo.InvariantCulture)}"))];
        byId = Players.ToDictionary(static player => player.Id);
    }

    public IReadOnlyList<PlayerWitness> Players { get; }

    /// <summary>How many writes were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>How many were answered 503.</summary>
    public long Unavailable => Interlocked.Read(ref unavailable);

    public long Tick() => Interlocked.Increment(ref ticks);

    public void Count(Reply reply)
    {
        if (reply.IsUnavailable)
        {
            Interlocked.Increment(ref unavailable);
        }
        else
        {
            Interlocked.Increment(ref acknowledged);
        }
    }

    /// <summary>Asks a server that nobody writes to for everything and compares.</summary>
    public async Task AssertAgreesAsync(ServerProcess server)
    {
        using var connection = await server.ConnectAsync();
        var scores = await AssertScoresAsync(connection);
        AssertList(await connection.ListAsync(), scores);
        AssertProfiles(server.DatabaseFile);
    }

    private async Task<Dictionary<string, long>> AssertScoresAsync(ClassicConnection connection)
    {
        var faults = new List<string>();
        var scores = new Dictionary<string, long>();
        Assert.True(await connection.SendAsync(string.Concat(Players.Select(static player => ClassicConnection.UserScoreRequest(player.Id)))));
        foreach (var player in Players)
        {
            var shown = (await connection.ReadAsync())!.Score();
            if (player.Check(shown, Tick()) is { } fault)
            {
                faults.Add(fault);
            }

            if (shown is { } score)
            {
                scores.Add(player.Id, score);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        return scores;
    }

    /// <summary>The list is the best scores in order, each with its own player, and of equal ones first who provably reached it first.</summary>
    private void AssertList(IReadOnlyList<ListRow> rows, Dictionary<string, long> scores)
    {
        Assert.Equal(scores.Values.OrderDescending().Take(100), rows.Select(static row => row.Score));
        var seen = new List<(PlayerWitness Player, long Score)>();
        foreach (var row in rows)
        {
            // Nicknames begin with the player's id; a player without a profile is nobody here.
            if (row.Nickname is { } nickname && byId.TryGetValue(nickname.Split(' ')[0], out var player))
            {
                Assert.Equal(scores[player.Id], row.Score);
                Assert.True(nickname == player.Nickname.Acknowledged || player.Nickname.Check(nickname) is null, $"{player.Id} is listed as {nickname}");
                foreach (var (above, _) in seen.Where(other => other.Score == row.Score))
                {
                    Assert.False(
                        player.Times(row.Score).ProvenAt < above.Times(row.Score).SentAt,
                        $"{above.Id} stands above {player.Id} with {row.Score}, which was sent only after the other had reached it");
                }

                seen.Add((player, row.Score));
            }
        }

        Assert.Equal(seen.Count, seen.DistinctBy(static row => row.Player).Count());
    }

    /// <summary>Most profiles are not in the list: they are read beside the server, as an operator may.</summary>
    private void AssertProfiles(string databaseFile)
    {
        var stored = Players.ToDictionary(static player => player.Id, static _ => ((string?)null, (string?)null));
        using var connection = new SqliteConnection($"Data Source={databaseFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var select = new SqliteCommand("SELECT external_id, nickname, avatar FROM player JOIN profile USING (key)", connection);
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            stored[reader.GetString(0)] = (reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        }

        Assert.Equal(Players.Count, stored.Count);
        Assert.All(Players, player =>
        {
            var (nickname, avatar) = stored[player.Id];
            var fault = player.Nickname.Check(nickname) ?? player.Avatar.Check(avatar);
            Assert.True(fault is null, $"{player.Id}: {fault}");
        });
    }
}
