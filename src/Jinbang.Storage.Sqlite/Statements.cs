using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>The writer's prepared statements.</summary>
internal sealed class Statements(sqlite3 database) : IDisposable
{
    public Statement Begin { get; } = new(database, "BEGIN IMMEDIATE");

    public Statement Commit { get; } = new(database, "COMMIT");

    public Statement Rollback { get; } = new(database, "ROLLBACK");

    public Statement LastPlayer { get; } = new(database, "SELECT players FROM game WHERE number = ?1");

    public Statement SetLastPlayer { get; } = new(database, "UPDATE game SET players = ?2 WHERE number = ?1");

    public Statement AddPlayer { get; } = new(
        database, "INSERT INTO player (key, game, external_id, public_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (game, external_id) DO NOTHING");

    public Statement FindPlayer { get; } = new(database, "SELECT key FROM player WHERE game = ?1 AND external_id = ?2");

    public Statement Append { get; } = new(
        database, "INSERT INTO log (number, board, player, score, ord, result, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    /// <summary>Changes a profile that is there and says something else. Null parameters keep the old value.</summary>
    public Statement ChangeProfile { get; } = new(database, """
        UPDATE profile SET
          nickname = coalesce(?2, nickname), avatar = coalesce(?3, avatar), sex = coalesce(?4, sex),
          province = coalesce(?5, province), city = coalesce(?6, city), country = coalesce(?7, country)
        WHERE key = ?1 AND (
          (?2 IS NOT NULL AND nickname IS NOT ?2) OR (?3 IS NOT NULL AND avatar IS NOT ?3) OR (?4 IS NOT NULL AND sex IS NOT ?4)
          OR (?5 IS NOT NULL AND province IS NOT ?5) OR (?6 IS NOT NULL AND city IS NOT ?6) OR (?7 IS NOT NULL AND country IS NOT ?7))
        """);

    public Statement AddProfile { get; } = new(
        database, "INSERT INTO profile (key, nickname, avatar, sex, province, city, country) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING");

    public Statement SetNumbers { get; } = new(database, "UPDATE store SET commit_number = ?1, log_number = ?2");

    public Statement PutEntry { get; } = new(database, "INSERT OR REPLACE INTO entry (key, score, ord) VALUES (?1, ?2, ?3)");

    public Statement SetLastOrder { get; } = new(database, "UPDATE board SET last_order = max(last_order, ?2) WHERE number = ?1");

    public Statement SetFolded { get; } = new(database, "UPDATE store SET folded = ?1");

    public Statement Forget { get; } = new(
        database, """
        DELETE FROM log WHERE number IN (
          SELECT number FROM (SELECT number, at FROM log WHERE number <= ?1 ORDER BY number LIMIT ?3) WHERE at < ?2)
        """);

    public void Dispose()
    {
        foreach (var statement in (Statement[])
            [Begin, Commit, Rollback, LastPlayer, SetLastPlayer, AddPlayer, FindPlayer, Append, ChangeProfile, AddProfile, SetNumbers, PutEntry, SetLastOrder, SetFolded, Forget])
        {
            statement.Dispose();
        }
    }
}
