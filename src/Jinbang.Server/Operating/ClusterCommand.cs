using System.CommandLine;
using System.Globalization;
using Jinbang.Storage.Postgres;

namespace Jinbang.Server.Operating;

/// <summary><c>jinbang cluster status</c>: who is there, who has what, what a commit waits for. It reads the database alone, so it works whatever state the servers are in.</summary>
internal static class ClusterCommand
{
    public static Command Make(Func<Func<Task<int>>, Task<int>> guard)
    {
        var status = new Command("status", "Shows the servers that share the database, the boards with their owners and followers, and what a commit waits for.");
        status.SetAction((_, cancellationToken) => guard(() => StatusAsync(Console.Out, cancellationToken)));
        return new Command("cluster", "About servers that share one PostgreSQL database.") { status };
    }

    private static async Task<int> StatusAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var settings = Settings.Read(Settings.ConfigurationOf(null).Build());
        if (settings.Storage.Provider != StoreProvider.PostgreSql)
        {
            throw new SettingsException(["Storage:Provider is SQLite here: give this command the settings of the servers."]);
        }

        Write(output, await SharedStatus.ReadAsync(settings.Storage.ConnectionString, cancellationToken));
        return 0;
    }

    /// <summary>Writes it for people.</summary>
    internal static void Write(TextWriter output, SharedStatus status)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Schema {status.SchemaVersion}. Durability: {status.Durability}."));
        foreach (var standby in status.Standbys)
        {
            output.WriteLine($"Standby {standby.Name}: {standby.State}, {standby.Sync}.");
        }

        output.WriteLine();
        WriteTable(output, ["SERVER", "NAME", "ADDRESS", "LEASE", "BOARDS", "ENTRIES", "COPIES"], status.Members.Select(static member => new[]
        {
            Text(member.Number),
            member.IsAlone ? $"{member.Name} (alone)" : member.Name,
            member.Address,
            member.Lease > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"{member.Lease.TotalSeconds:0.0} s") : "run out",
            Text(member.Load.Boards),
            Text(member.Load.Entries),
            Text(member.Load.Followed),
        }));
        output.WriteLine();
        var names = status.Members.ToDictionary(static member => member.Number, static member => member.Name);
        WriteTable(output, ["BOARD", "NUMBER", "EPOCH", "OWNER", "FOLLOWER", "LAG", "ENTRIES", "UNFOLDED"], status.Boards.Select(board => new[]
        {
            $"{board.Game}/{board.Name}",
            Text(board.Number),
            Text(board.Epoch),
            NameOf(board.Owner),
            NameOf(board.Follower),
            board.Lag is { } lag ? Text(lag) : "-",
            Text(board.Entries),
            Text(board.Unfolded),
        }));

        string NameOf(int member) => member == 0 ? "-" : names.GetValueOrDefault(member, $"{Text(member)} (gone)");
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void WriteTable(TextWriter output, string[] heads, IEnumerable<string[]> rows)
    {
        var all = new List<string[]> { heads };
        all.AddRange(rows);
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
