using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Microsoft.Data.Sqlite;

namespace Jinbang.Storage.Sqlite;

/// <summary>Reads beside the writer, on a few connections that take turns.</summary>
internal sealed class Readers : IDisposable
{
    private readonly Reader[] readers;
    private int next;

    public Readers(string path, int count) => readers = [.. Enumerable.Range(0, count).Select(_ => new Reader(path))];

    /// <summary>Reads what is there at one moment.</summary>
    public T Read<T>(Func<Reader, T> read)
    {
        var reader = readers[(uint)Interlocked.Increment(ref next) % readers.Length];
        lock (reader)
        {
            return reader.Read(read);
        }
    }

    public void Dispose()
    {
        foreach (var reader in readers)
        {
            lock (reader)
            {
                reader.Dispose();
            }
        }
    }
}

/// <summary>A connection that reads, with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Reader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly StatementSet prepared;
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement lastPlayer;
    private readonly Statement profile;
    private readonly Statement externalId;
    private readonly Statement metadata;
    private readonly Statement numbers;
    private readonly Statement submission;
    private readonly Statement findWindow;
    private readonly Statement windows;
    private readonly Statement windowsOfRule;
    private readonly Statement events;
    private readonly Statement records;

    public Reader(string path)
    {
        connection = SqliteFile.Open(path, SqliteOpenMode.ReadOnly, cacheKibibytes: 2048);
        prepared = new StatementSet(connection.Handle!);
        begin = prepared.Add("BEGIN");
        commit = prepared.Add("COMMIT");
        lastPlayer = prepared.Add("SELECT players FROM game WHERE number = ?1");
        profile = prepared.Add("SELECT nickname, avatar, sex, province, city, country FROM profile WHERE key = ?1");
        externalId = prepared.Add("SELECT external_id FROM player WHERE key = ?1");
        metadata = prepared.Add("SELECT ord, metadata FROM entry WHERE key = ?1 AND metadata IS NOT NULL");
        numbers = prepared.Add("SELECT number FROM log_index WHERE owner = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3");
        submission = prepared.Add($"SELECT {StoredRows.SubmissionColumns} FROM log WHERE number = ?1");
        findWindow = prepared.Add($"SELECT {StoredRows.WindowColumns} FROM window WHERE board = ?1 AND rule = ?2 AND key = ?3 AND state <> 3");
        windows = prepared.Add($"SELECT {StoredRows.WindowColumns} FROM window WHERE board = ?1 AND number < ?2 AND state <> 3 ORDER BY number DESC LIMIT ?3");
        windowsOfRule = prepared.Add(
            $"SELECT {StoredRows.WindowColumns} FROM window WHERE board = ?1 AND number < ?2 AND rule = ?4 AND state <> 3 ORDER BY number DESC LIMIT ?3");
        events = prepared.Add("SELECT number, id, type, at, body FROM event WHERE game = ?1 AND number > ?2 ORDER BY number LIMIT ?3");
        records = prepared.Add("SELECT id, body FROM record WHERE kind = ?1 ORDER BY id");
    }

    public T Read<T>(Func<Reader, T> read)
    {
        begin.Run();
        try
        {
            return read(this);
        }
        finally
        {
            commit.Run();
        }
    }

    public int LastPlayer(int game) => One(lastPlayer.Bind(1, game), static row => (int)row.Number(0));

    public Profile? Profile(int game, PlayerId player) => One(profile.Bind(1, Key.Of(game, player.Number)), static row => new Profile
    {
        Nickname = row.Text(0),
        Avatar = row.Text(1),
        Sex = row.IsNull(2) ? null : (byte)row.Number(2),
        Province = row.Text(3),
        City = row.Text(4),
        Country = row.Text(5),
    });

    public ExternalId ExternalIdOf(int game, PlayerId player) =>
        One(externalId.Bind(1, Key.Of(game, player.Number)), static row => ExternalId.Copy(row.Bytes(0)));

    public EntryMetadata Metadata(int window, PlayerId player) =>
        One(metadata.Bind(1, Key.Of(window, player.Number)), static row => new EntryMetadata(row.Number(0), row.Text(1)));

    /// <summary>The numbers of the folded submissions of one player to one board, the latest first.</summary>
    public List<long> Numbers(long owner, long before, int limit) => numbers.Bind(1, owner).Bind(2, before).Bind(3, limit).Numbers();

    public StoredSubmission? Submission(long number) => One(submission.Bind(1, number), StoredRows.Submission);

    public StoredWindow? FindWindow(int board, string rule, string key) =>
        One(findWindow.Bind(1, board).BindText(2, rule).BindText(3, key), StoredRows.Window);

    public List<StoredWindow> Windows(int board, string? rule, int before, int limit) => All(
        (rule is null ? windows : windowsOfRule.BindText(4, rule)).Bind(1, board).Bind(2, before).Bind(3, limit), StoredRows.Window);

    public List<StoredEvent> Events(int game, long after, int limit) => All(
        events.Bind(1, game).Bind(2, after).Bind(3, limit),
        static row => new StoredEvent(row.Number(0), row.String(1), row.String(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(3)), row.Text(4) ?? []));

    public List<RecordRow> Records(string kind) => All(records.BindText(1, kind), row => new RecordRow(kind, row.String(0), row.String(1)));

    public void Dispose()
    {
        prepared.Dispose();
        connection.Dispose();
    }

    private static T? One<T>(Statement select, Func<Statement, T> read)
    {
        try
        {
            return select.Step() ? read(select) : default;
        }
        finally
        {
            select.Reset();
        }
    }

    private static List<T> All<T>(Statement select, Func<Statement, T> read)
    {
        try
        {
            var rows = new List<T>();
            while (select.Step())
            {
                rows.Add(read(select));
            }

            return rows;
        }
        finally
        {
            select.Reset();
        }
    }
}
