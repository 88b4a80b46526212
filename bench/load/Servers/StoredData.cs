using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Jinbang.Bench.Load.Servers;

/// <summary>Looks into the database of a data folder. Only reads, so a server may run on it.</summary>
internal sealed class StoredData : IDisposable
{
    private const string File = "jinbang.db";

    private readonly SqliteConnection _connection;

    /// <summary>Opens it.</summary>
    public StoredData(string dataDirectory)
    {
        _connection = new($"Data Source={Path.Combine(dataDirectory, File)};Mode=ReadOnly;Pooling=False");
        _connection.Open();
    }

    /// <summary>The one number that a query gives.</summary>
    public long Number(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar());
    }

    /// <summary>Bytes of all pages of a table: the command line's SQLite can tell, the one in .NET's package cannot.</summary>
    public static long BytesOf(string dataDirectory, string table)
    {
        var start = new ProcessStartInfo("sqlite3")
        {
            ArgumentList = { "-readonly", Path.Combine(dataDirectory, File), $"SELECT sum(pgsize) FROM dbstat WHERE name = '{table}'" },
            RedirectStandardOutput = true,
        };
        using var sqlite = Process.Start(start) ?? throw new InvalidOperationException("sqlite3 did not start.");
        var text = sqlite.StandardOutput.ReadToEnd();
        sqlite.WaitForExit();
        return sqlite.ExitCode == 0 ? long.Parse(text) : throw new InvalidOperationException("sqlite3 cannot tell how large a table is.");
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
