using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;
using Npgsql;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    /// <inheritdoc />
    public ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken)
    {
        var ids = players.Select(static player => Encoding.UTF8.GetString(player.Utf8)).ToArray();
        try
        {
            return new(Transact(() => Register(game, ids, new HashSet<int>())));
        }
        catch (PostgresException fault) when (PostgresErrors.IsRefusal(fault))
        {
            CloseIfBroken(fault);
            return new(Transact(() => Register(game, ids, FindRefused(game, ids))));
        }
    }

    /// <inheritdoc />
    public ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken) => new(Transact(() =>
        Run("DELETE FROM profile WHERE game = $1 AND player = $2", game, player.Number) > 0
            ? CountCommit()
            : One("SELECT greatest((SELECT max(last_commit) FROM writer), (SELECT departed_commit FROM store))")));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken)
    {
        var found = new StoredSubmission?[keys.Count];
        var byKey = keys.Select(static (key, i) => (key, i)).ToLookup(static pair => pair.key, static pair => pair.i);
        lock (gate)
        {
            try
            {
                Connection();
                using var command = Command(
                    $"""
                    SELECT {string.Join(", ", StoredRows.SubmissionColumns.Split(", ").Select(static column => "l." + column))}
                    FROM unnest($1::integer[], $2::integer[], $3::text[]) AS w (board, player, key)
                    JOIN log AS l ON l.board = w.board AND l.player = w.player AND l.key = w.key AND l.key IS NOT NULL
                    """,
                    keys.Select(static key => key.Board).ToArray(),
                    keys.Select(static key => key.Player.Number).ToArray(),
                    keys.Select(static key => key.Key).ToArray());
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    var row = StoredRows.Submission(reader);
                    foreach (var i in byKey[new SubmissionKey(row.Board, row.Player, row.Key!)])
                    {
                        // Of two with one key, which there never should be, the first is the answer.
                        found[i] = found[i] is { } other && other.Number < row.Number ? other : row;
                    }
                }
            }
            catch (Exception fault) when (PostgresErrors.IsOurs(fault))
            {
                CloseIfBroken(fault);
                throw PostgresErrors.Unavailable(fault);
            }
        }

        return new(found);
    }

    private PlayerId[] Register(int game, string[] ids, HashSet<int> refused)
    {
        var numbers = new PlayerId[ids.Length];

        // Everybody who gives numbers waits here, so numbers are in the order of their transactions.
        if (One("SELECT count(*) FROM (SELECT FROM game WHERE number = $1 FOR UPDATE) AS g", game) == 0)
        {
            return numbers;
        }

        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        using (var command = Command("SELECT external_id, number FROM player WHERE game = $1 AND external_id = ANY ($2)", game, ids))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                known.Add(reader.GetString(0), reader.GetInt32(1));
            }
        }

        var last = (int)One("SELECT players FROM game WHERE number = $1", game);
        var (newIds, newNumbers) = (new List<string>(), new List<int>());
        for (var i = 0; i < ids.Length; i++)
        {
            if (refused.Contains(i))
            {
                continue;
            }

            if (!known.TryGetValue(ids[i], out var number))
            {
                number = checked(++last);
                newIds.Add(ids[i]);
                newNumbers.Add(number);
            }

            numbers[i] = new PlayerId(number);
        }

        if (newIds.Count > 0)
        {
            Run(
                "INSERT INTO player (game, number, external_id) SELECT $1, r.number, r.id FROM unnest($2::integer[], $3::text[]) AS r (number, id) ORDER BY r.number",
                game, newNumbers.ToArray(), newIds.ToArray());
            Run("UPDATE game SET players = $2 WHERE number = $1", game, last);
        }

        return numbers;
    }

    private HashSet<int> FindRefused(int game, string[] ids)
    {
        var refused = new HashSet<int>();
        Run("SAVEPOINT players");
        for (var i = 0; i < ids.Length; i++)
        {
            Run("SAVEPOINT player");
            try
            {
                Run("INSERT INTO player (game, number, external_id) VALUES ($1, -1, $2) ON CONFLICT (game, external_id) DO NOTHING", game, ids[i]);
            }
            catch (PostgresException fault) when (PostgresErrors.IsRefusal(fault))
            {
                refused.Add(i);
            }

            Run("ROLLBACK TO SAVEPOINT player");
        }

        Run("ROLLBACK TO SAVEPOINT players");
        return refused;
    }
}
