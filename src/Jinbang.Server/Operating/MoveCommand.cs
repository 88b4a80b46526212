using System.CommandLine;
using System.Globalization;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Storage.Moving;
using Jinbang.Storage.Postgres;
using Jinbang.Storage.Postgres.Moving;
using Jinbang.Storage.Sqlite.Moving;

namespace Jinbang.Server.Operating;

/// <summary>
/// <c>jinbang move --to …</c>: everything from the SQLite database of the data folder to the PostgreSQL database of the settings, or back. The servers are stopped meanwhile.
/// </summary>
internal static class MoveCommand
{
    public static Command Make(Option<string?> data, Func<Func<Task<int>>, Task<int>> guard)
    {
        var to = new Option<StoreProvider>("--to")
        {
            Description = "Where to: PostgreSQL, from the data folder, or SQLite, to the data folder. PostgreSQL is the one of Storage:ConnectionString.",
            Required = true,
        };
        var command = new Command("move", "Moves everything from SQLite to PostgreSQL or back, and compares both. No server may be running. Killed and started again it goes on.") { to };
        command.SetAction((parsed, cancellationToken) => guard(() => RunAsync(parsed.GetValue(to), parsed.GetValue(data), Console.Out, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(StoreProvider to, string? data, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Settings.DataFolder(data);
        var connectionString = Settings.ConfigurationOf(null).Build()[$"{StoreSettings.Section}:ConnectionString"];
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new SettingsException([$"{StoreSettings.Section}:ConnectionString is missing: such as 'Host=db.example;Database=jinbang;Username=jinbang;Password=…'."]);
        }

        var isToPostgres = to == StoreProvider.PostgreSql;
        await using var sqlite = SqliteMovedStore.Open(folder, mayMake: !isToPostgres);
        await using var postgres = await PostgresMovedStore.OpenAsync(connectionString, TimeProvider.System, cancellationToken);
        try
        {
            var (source, target) = isToPostgres ? ((IMovedStore)sqlite, (IMovedStore)postgres) : (postgres, sqlite);
            await output.WriteLineAsync($"From {source.Name} to {target.Name}.");
            Write(output, target, await Move.RunAsync(source, target, output.WriteLine, cancellationToken));
            return 0;
        }
        catch (Exception fault) when (PostgresErrors.IsOurs(fault))
        {
            throw new StoreOpenException($"The database failed: {PostgresErrors.TextOf(fault)} What was moved is kept: run the command again.", fault);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreBrokenException or Microsoft.Data.Sqlite.SqliteException)
        {
            throw new StoreOpenException($"The data folder failed: {fault.Message} What was moved is kept: run the command again.", fault);
        }
    }

    private static void Write(TextWriter output, IMovedStore target, MoveResult result)
    {
        output.WriteLine();
        foreach (var (table, rows, sum) in result.Tables)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table,-8} {rows,15:N0} rows  {sum:x16}"));
        }

        output.WriteLine();
        output.WriteLine(result.WasThere
            ? $"{target.Name} had everything already; counts and checksums are equal on both sides."
            : string.Create(CultureInfo.InvariantCulture, $"Moved {result.Copied:N0} rows this time; counts and checksums are equal on both sides."));
        output.WriteLine("Give the servers their settings (Storage:Provider) and start them. The source is as it was: put it away, so that nobody starts a server on it.");
    }
}
