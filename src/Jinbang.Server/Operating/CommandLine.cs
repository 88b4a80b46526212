using System.CommandLine;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Storage.Moving;
using Jinbang.Server.Access;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Server.Operating;

/// <summary>The commands of <c>jinbang</c>: without one it serves.</summary>
internal static class CommandLine
{
    /// <summary>What goes wrong by the operator's hand (a setting, a folder in use) ends with this exit code.</summary>
    public const int Refused = 1;

    /// <summary>A disk or database that can no longer be trusted ends with this exit code (EX_IOERR), so that a supervisor starts the server again.</summary>
    public const int Broken = 74;

    public static Task<int> RunAsync(string[] args)
    {
        var urls = new Option<string?>("--urls") { Description = "The addresses to listen on, separated by ';' (default http://localhost:8080).", Recursive = true };
        var data = new Option<string?>("--data") { Description = "The data folder (default ./data).", Recursive = true };
        var root = new RootCommand("Jinbang (金榜), a score and leaderboard server. Every setting can also be given as an environment variable JINBANG_… or in appsettings.json.")
        {
            urls,
            data,
            Backup(data),
            Restore(data),
            MoveCommand.Make(data, GuardAsync),
            ClusterCommand.Make(GuardAsync),
        };
        root.SetAction((parsed, cancellationToken) => GuardAsync(() => ServeAsync(parsed.GetValue(urls), parsed.GetValue(data), cancellationToken)));
        // Signals belong to the host: it answers what is being asked before it ends. The command line's own handling would end the process after two seconds.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Command Backup(Option<string?> data)
    {
        var file = new Argument<string>("FILE") { Description = "The file to make; it must not exist." };
        var command = new Command("backup", "Makes a consistent copy of the database, also while the server runs.") { file };
        command.SetAction((parsed, cancellationToken) => GuardAsync(() =>
        {
            var made = SqliteBackup.Make(Settings.DataFolder(parsed.GetValue(data)), parsed.GetRequiredValue(file), cancellationToken);
            Console.WriteLine($"Made {made.File}: {made.Bytes:N0} bytes, commit {made.Version}, {made.Players:N0} players.");
            return Task.FromResult(0);
        }));
        return command;
    }

    private static Command Restore(Option<string?> data)
    {
        var file = new Argument<string>("FILE") { Description = "A file made by 'jinbang backup'." };
        var command = new Command("restore", "Brings a backup back. The server must not be running; what was there is kept beside it.") { file };
        command.SetAction((parsed, cancellationToken) => GuardAsync(() =>
        {
            var restored = SqliteBackup.Restore(Settings.DataFolder(parsed.GetValue(data)), parsed.GetRequiredValue(file), TimeProvider.System, cancellationToken);
            Console.WriteLine($"Restored {restored.File}: commit {restored.Version}, {restored.Players:N0} players.");
            if (restored.KeptAs is { } kept)
            {
                Console.WriteLine($"What was there before is kept in {kept}.");
            }

            return Task.FromResult(0);
        }));
        return command;
    }

    private static async Task<int> ServeAsync(string? urls, string? data, CancellationToken cancellationToken)
    {
        await using var server = JinbangServer.Build(new() { Urls = urls, Data = data });
        return await server.RunAsync(cancellationToken);
    }

    private static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (fault is StoreOpenException or SettingsException or BackupException or OperatorKeyException or MoveException)
        {
            await Console.Error.WriteLineAsync($"jinbang: {fault.Message}");
            return Refused;
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"jinbang: {fault.Message} Choose another address with --urls.");
            return Refused;
        }
    }
}
