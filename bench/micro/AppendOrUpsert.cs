using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Jinbang.Bench.Micro;

/// <summary>
/// The measurement behind decision 1: the CPU of a durable score as an append to a log that is folded in sorted bulk, against an upsert in place. One table of a
/// million entries, random players, batches as large as what waits from so many callers, every batch a transaction with <c>synchronous=FULL</c>, checkpoints included.
/// </summary>
internal static class AppendOrUpsert
{
    private const int Players = 1_000_000;
    private const int Rows = 262_144;
    private const int FoldRows = 131_072;
    private const int SliceRows = 256;

    /// <summary>Measures and writes a table in Markdown.</summary>
    public static void Run(TextWriter output)
    {
        output.WriteLine($"| batch | way | CPU µs per row | rows/s |");
        output.WriteLine("|---|---|---|---|");
        foreach (var batch in (int[])[16, 64, 256])
        {
            foreach (var (name, write) in (ValueTuple<string, Action<SqliteConnection, int>>[])[("upsert in place", Upsert), ("append and fold", AppendAndFold)])
            {
                var folder = Directory.CreateTempSubdirectory("jinbang-append-");
                try
                {
                    using var connection = Open(Path.Combine(folder.FullName, "bench.db"));
                    var cpu = Process.GetCurrentProcess().TotalProcessorTime;
                    var began = Stopwatch.GetTimestamp();
                    write(connection, batch);
                    var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                    var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / Rows;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {batch} | {name} | {used:0.0} | {Rows / seconds:N0} |"));
                }
                finally
                {
                    folder.Delete(recursive: true);
                }
            }
        }
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096");
        Execute(connection, """
            CREATE TABLE entry (key INTEGER PRIMARY KEY, score INTEGER NOT NULL, ord INTEGER NOT NULL);
            CREATE TABLE log (number INTEGER PRIMARY KEY, board INTEGER, player INTEGER, score INTEGER, ord INTEGER, result INTEGER, at INTEGER);
            """);
        Execute(connection, $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Players})
            INSERT INTO entry SELECT (1 << 32) + i, i, i FROM n
            """);
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return connection;
    }

    private static void Upsert(SqliteConnection connection, int batch)
    {
        var random = new Random(1);
        using var put = Prepare(connection, "INSERT OR REPLACE INTO entry VALUES ($1, $2, $3)", 3);
        for (var row = 0; row < Rows; row += batch)
        {
            Execute(connection, "BEGIN IMMEDIATE");
            for (var i = 0; i < batch; i++)
            {
                Run(put, (1L << 32) + random.Next(1, Players + 1), row + i, row + i);
            }

            Execute(connection, "COMMIT");
        }
    }

    private static void AppendAndFold(SqliteConnection connection, int batch)
    {
        var random = new Random(1);
        using var append = Prepare(connection, "INSERT INTO log VALUES ($1, $2, $3, $4, $5, $6, $7)", 7);
        using var put = Prepare(connection, "INSERT OR REPLACE INTO entry VALUES ($1, $2, $3)", 3);
        var tail = new List<(long Key, long Order)>(FoldRows);
        var folding = new Queue<(long Key, long Order)>();
        for (var row = 0; row < Rows; row += batch)
        {
            Execute(connection, "BEGIN IMMEDIATE");
            for (var i = 0; i < batch; i++)
            {
                var player = random.Next(1, Players + 1);
                Run(append, row + i, 1, player, row + i, row + i, 2, 1_700_000_000_000);
                tail.Add(((1L << 32) + player, row + i));
            }

            Execute(connection, "COMMIT");
            if (tail.Count >= FoldRows)
            {
                tail.Sort();
                folding = new Queue<(long Key, long Order)>(tail);
                tail.Clear();
            }

            Fold(connection, put, folding);
        }

        while (folding.Count > 0)
        {
            Fold(connection, put, folding);
        }
    }

    private static void Fold(SqliteConnection connection, SqliteCommand put, Queue<(long Key, long Order)> folding)
    {
        if (folding.Count == 0)
        {
            return;
        }

        Execute(connection, "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE");
        for (var i = 0; i < SliceRows && folding.TryDequeue(out var row); i++)
        {
            Run(put, row.Key, row.Order, row.Order);
        }

        Execute(connection, "COMMIT; PRAGMA synchronous = FULL");
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.AddWithValue($"${i}", 0L);
        }

        command.Prepare();
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<long> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
