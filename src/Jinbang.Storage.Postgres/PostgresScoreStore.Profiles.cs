using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Postgres;

public sealed partial class PostgresScoreStore
{
    /// <summary>
    /// Brings the profiles of a batch that are not refused to one change a player, leaves out what changes nothing, and says what becomes of each. Who else changes the same profile
    /// at this moment may make an "added" a "changed".
    /// </summary>
    private List<ProfileRow> MergeProfiles(CommitBatch batch)
    {
        var merged = new List<ProfileRow>();
        if (batch.Profiles.Count == 0)
        {
            return merged;
        }

        var known = ReadKnown(batch);
        var changes = new SortedDictionary<(int Game, int Player), ProfileChange>();
        for (var i = 0; i < batch.Profiles.Count; i++)
        {
            if (batch.ProfileResults[i] == RowResult.Refused)
            {
                continue;
            }

            var row = batch.Profiles[i];
            var key = (row.Game, row.Player.Number);
            var isThere = known.TryGetValue(key, out var before);
            var after = Merged(before, row.Change);
            batch.ProfileResults[i] = !isThere ? RowResult.Added : Says(before!, row.Change) ? RowResult.Unchanged : RowResult.Changed;
            if (batch.ProfileResults[i] != RowResult.Unchanged)
            {
                known[key] = after;
                changes[key] = Merged(changes.GetValueOrDefault(key), row.Change);
            }
        }

        merged.AddRange(changes.Select(static change => new ProfileRow(change.Key.Game, new Ranking.PlayerId(change.Key.Player), change.Value)));
        return merged;
    }

    private Dictionary<(int Game, int Player), ProfileChange> ReadKnown(CommitBatch batch)
    {
        var keys = batch.Profiles.Select(static row => (row.Game, row.Player.Number)).Distinct().ToList();
        using var command = Command(
            """
            SELECT p.game, p.player, p.nickname, p.avatar, p.sex, p.province, p.city, p.country
            FROM unnest($1::integer[], $2::integer[]) AS w (game, player) JOIN profile AS p ON p.game = w.game AND p.player = w.player
            """,
            keys.Select(static key => key.Game).ToArray(),
            keys.Select(static key => key.Number).ToArray());
        using var reader = command.ExecuteReader();
        var known = new Dictionary<(int, int), ProfileChange>();
        while (reader.Read())
        {
            known.Add((reader.GetInt32(0), reader.GetInt32(1)), new ProfileChange
            {
                Nickname = StoredRows.Bytes(reader, 2),
                Avatar = StoredRows.Bytes(reader, 3),
                Sex = reader.IsDBNull(4) ? null : (byte)reader.GetInt16(4),
                Province = StoredRows.Bytes(reader, 5),
                City = StoredRows.Bytes(reader, 6),
                Country = StoredRows.Bytes(reader, 7),
            });
        }

        return known;
    }

    private static ProfileChange Merged(ProfileChange? before, ProfileChange change) => new()
    {
        Nickname = change.Nickname ?? before?.Nickname,
        Avatar = change.Avatar ?? before?.Avatar,
        Sex = change.Sex ?? before?.Sex,
        Province = change.Province ?? before?.Province,
        City = change.City ?? before?.City,
        Country = change.Country ?? before?.Country,
    };

    private static bool Says(ProfileChange known, ProfileChange change) =>
        Says(known.Nickname, change.Nickname) && Says(known.Avatar, change.Avatar) && (change.Sex is null || change.Sex == known.Sex)
        && Says(known.Province, change.Province) && Says(known.City, change.City) && Says(known.Country, change.Country);

    private static bool Says(byte[]? known, byte[]? change) => change is null || (known is not null && change.AsSpan().SequenceEqual(known));
}
