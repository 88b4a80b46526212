using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Jinbang.Storage.Sqlite.Tests;

/// <summary>A data folder of its own under the system's temporary one, deleted with all it holds when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("jinbang-store-").FullName;

    public string DatabaseFile => Of(SqliteFile.Name);

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public SqliteScoreStore Open(SqliteStoreOptions? options = null, TimeProvider? time = null)
    {
        var held = DataFolder.Take(Path);
        try
        {
            return SqliteScoreStore.Open(held, options ?? new SqliteStoreOptions { UnsafeWithoutSync = true }, time ?? TimeProvider.System);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Makes the database file, empty.</summary>
    public SqliteConnection Create() => SqliteFile.Open(DatabaseFile, SqliteOpenMode.ReadWriteCreate, cacheKibibytes: 256);

    /// <summary>A connection of somebody else to the database.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabaseFile, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public void Execute(string sql)
    {
        using var connection = Connect();
        SqliteFile.Execute(connection, sql);
    }

    /// <summary>What a statement selects, fields separated by '|', one text per row.</summary>
    public List<string> Select(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public Task RefuseRowsAsync(long score, string text)
    {
        Execute($"""
            CREATE TRIGGER refuse_score BEFORE INSERT ON log WHEN NEW.score = {score} BEGIN SELECT RAISE(ABORT, 'refused by the test'); END;
            CREATE TRIGGER refuse_player BEFORE INSERT ON player WHEN NEW.external_id = '{text}' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END;
            CREATE TRIGGER refuse_profile BEFORE INSERT ON profile WHEN NEW.nickname = '{text}' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END;
            CREATE TRIGGER refuse_change BEFORE UPDATE ON profile WHEN NEW.nickname = '{text}' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END
            """);
        return Task.CompletedTask;
    }

    /// <summary>Looks for texts in the files of the closed database.</summary>
    public async Task AssertStoresNothingOfAsync(params string[] texts)
    {
        foreach (var file in Directory.GetFiles(Path, SqliteFile.Name + "*"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.All(texts, text => Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) < 0, $"{file} still holds '{text}'."));
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
