using Jinbang.Bench.Load.Measuring;
using Jinbang.Boards.Games;
using Jinbang.Boards.Windows;

namespace Jinbang.Bench.Load;

/// <summary>Data folders with seeded boards: each is made once in the work folder and then only copied, since a measured board's scores have moved.</summary>
internal static class SeededFolders
{
    /// <summary>The classic API's board with this many players.</summary>
    public static Task<string> ClassicAsync(string work, string game, int players, CancellationToken cancellationToken) =>
        FindAsync(work, $"seeded-classic-{game}-{players}", SeededGames.Classic(game), players, cancellationToken);

    /// <summary>The v1 API's board with this many players in each of its three windows.</summary>
    public static Task<string> V1Async(string work, int players, CancellationToken cancellationToken) =>
        FindOfTodayAsync(work, $"seeded-v1-{players}", SeededGames.V1, players, cancellationToken);

    /// <summary>Many boards.</summary>
    public static Task<string> BoardsAsync(string work, int boards, int playersEach, IReadOnlyList<WindowRule> windows, CancellationToken cancellationToken) =>
        FindOfTodayAsync(work, $"seeded-boards-{boards}x{playersEach}x{windows.Count}", SeededGames.ManyBoards(boards, windows), playersEach, cancellationToken);

    private static Task<string> FindOfTodayAsync(string work, string name, GameDefinition game, int playersEach, CancellationToken cancellationToken)
    {
        var today = $"{name}-{SeededGames.Day}";
        Directory.CreateDirectory(work);
        foreach (var folder in Directory.GetDirectories(work, $"{name}-*").Where(folder => Path.GetFileName(folder) != today))
            Folder.Delete(folder);
        return FindAsync(work, today, game, playersEach, cancellationToken);
    }

    private static async Task<string> FindAsync(string work, string name, GameDefinition game, int playersEach, CancellationToken cancellationToken)
    {
        var seeded = Path.Combine(work, name);
        if (Directory.Exists(seeded))
            return seeded;
        Progress.Show($"Seeding {game.Boards.Count:N0} boards of {playersEach:N0} players");
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var unfinished = seeded + ".unfinished";
        Folder.Delete(unfinished);
        await Seed.SeedAsync(unfinished, game, playersEach, cancellationToken);
        Directory.Move(unfinished, seeded);
        Progress.Show($"Seeded in {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        return seeded;
    }
}
