using Microsoft.Data.Sqlite;

namespace Jinbang.ProcessTests.Processes;

/// <summary>Another program's connection to the database file: the operator's, or a tool's.</summary>
internal sealed class SqlConnection : IDisposable
{
    private readonly SqliteConnection connection;

    public SqlConnection(string file)
    {
        connection = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadWriteCreate");
        connection.Open();
    }

    public object? Execute(string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public void Dispose() => connection.Dispose();
}
