using SQLitePCL;

namespace Jinbang.Storage.Sqlite;

/// <summary>Statements of one connection that are disposed together.</summary>
internal sealed class StatementSet(sqlite3 database) : IDisposable
{
    private readonly List<Statement> statements = [];

    public Statement Add(string sql)
    {
        var statement = new Statement(database, sql);
        statements.Add(statement);
        return statement;
    }

    public void Dispose() => statements.ForEach(static statement => statement.Dispose());
}

/// <summary>The writer's prepared statements.</summary>
internal sealed class Statements(StatementSet prepared) : IDisposable
{
    public Statement Begin { get; } = prepared.Add("BEGIN IMMEDIATE");

    public Statement Commit { get; } = prepared.Add("COMMIT");

    public Statement Rollback { get; } = prepared.Add("ROLLBACK");

    public Statement LastPlayer { get; } = prepared.Add("SELECT players FROM game WHERE number = ?1");

    public Statement SetLastPlayer { get; } = prepared.Add("UPDATE game SET players = ?2 WHERE number = ?1");

    public Statement AddPlayer { get; } = prepared.Add(
        "INSERT INTO player (key, game, external_id) VALUES (?1, ?2, ?3) ON CONFLICT (game, external_id) DO NOTHING");

    public Statement FindPlayer { get; } = prepared.Add("SELECT key FROM player WHERE game = ?1 AND external_id = ?2");

    public Statement Append { get; } = prepared.Add("""
        INSERT INTO log (number, board, player, ord, at, result, score, score2, score3, score4, key, metadata, windows)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """);

    /// <summary>Changes a profile that is there and says something else. Null parameters keep the old value.</summary>
    public Statement ChangeProfile { get; } = prepared.Add("""
        UPDATE profile SET
          nickname = coalesce(?2, nickname), avatar = coalesce(?3, avatar), sex = coalesce(?4, sex),
          province = coalesce(?5, province), city = coalesce(?6, city), country = coalesce(?7, country)
        WHERE key = ?1 AND (
          (?2 IS NOT NULL AND nickname IS NOT ?2) OR (?3 IS NOT NULL AND avatar IS NOT ?3) OR (?4 IS NOT NULL AND sex IS NOT ?4)
          OR (?5 IS NOT NULL AND province IS NOT ?5) OR (?6 IS NOT NULL AND city IS NOT ?6) OR (?7 IS NOT NULL AND country IS NOT ?7))
        """);

    public Statement AddProfile { get; } = prepared.Add(
        "INSERT INTO profile (key, nickname, avatar, sex, province, city, country) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING");

    public Statement DeleteProfile { get; } = prepared.Add("DELETE FROM profile WHERE key = ?1");

    public Statement CloseWindow { get; } = prepared.Add(
        "UPDATE window SET state = 2, closed_at = ?2, last_order = ?3, count = ?4, checksum = ?5, score_order = ?6 WHERE number = ?1 AND state = 1");

    public Statement AddEvent { get; } = prepared.Add("INSERT INTO event (id, game, type, at, body) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING");

    public Statement PutRecord { get; } = prepared.Add("INSERT OR REPLACE INTO record (kind, id, body) VALUES (?1, ?2, ?3)");

    public Statement DeleteRecord { get; } = prepared.Add("DELETE FROM record WHERE kind = ?1 AND id = ?2");

    public Statement SetNumbers { get; } = prepared.Add("UPDATE store SET commit_number = ?1, log_number = ?2, last_commit_at = ?3");

    public Statement PutEntry { get; } = prepared.Add(
        "INSERT OR REPLACE INTO entry (key, score, score2, score3, score4, ord, metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    public Statement AddIndex { get; } = prepared.Add("INSERT OR IGNORE INTO log_index (owner, key, number) VALUES (?1, ?2, ?3)");

    public Statement SetLastOrder { get; } = prepared.Add("UPDATE board SET last_order = max(last_order, ?2) WHERE number = ?1");

    public Statement SetFolded { get; } = prepared.Add("UPDATE store SET folded = ?1");

    public Statement FindByKey { get; } = prepared.Add("SELECT number FROM log_index WHERE owner = ?1 AND key = ?2 ORDER BY number");

    public Statement ReadSubmission { get; } = prepared.Add($"SELECT {StoredRows.SubmissionColumns} FROM log WHERE number = ?1");

    /// <summary>The oldest rows of the log: only they are looked at, because the log is in the order of time.</summary>
    public Statement OldRows { get; } = prepared.Add(
        "SELECT number, board, player, key FROM (SELECT number, board, player, key, at FROM log WHERE number <= ?1 ORDER BY number LIMIT ?3) WHERE at < ?2");

    public Statement DeleteRow { get; } = prepared.Add("DELETE FROM log WHERE number = ?1");

    public Statement DeleteIndex { get; } = prepared.Add("DELETE FROM log_index WHERE owner = ?1 AND key = ?2 AND number = ?3");

    public Statement ForgetEvents { get; } = prepared.Add("""
        DELETE FROM event WHERE number IN (
          SELECT number FROM (SELECT number, at FROM event ORDER BY number LIMIT ?2) WHERE at < ?1)
        """);

    public Statement NextPurge { get; } = prepared.Add("SELECT kind, number FROM purge WHERE after <= ?1 LIMIT 1");

    public void Dispose() => prepared.Dispose();
}
