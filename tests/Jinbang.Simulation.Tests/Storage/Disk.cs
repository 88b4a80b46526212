using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Storage;

/// <summary>What survives a crash. Only <see cref="MemoryStore"/> changes it.</summary>
internal sealed class Disk
{
    /// <summary>The secret is the same for all, so that a history says the same whenever it is repeated.</summary>
    public static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(static number => (byte)number)];

    public List<DiskGame> Games { get; } = [];

    public List<DiskBoard> Boards { get; } = [];

    /// <summary>All windows there ever were; a window's index is its number less one.</summary>
    public List<DiskWindow> Windows { get; } = [];

    /// <summary>Rows of the log, in order.</summary>
    public List<StoredSubmission> Log { get; } = [];

    public List<(int Game, StoredEvent Event)> Events { get; } = [];

    public Dictionary<(string Kind, string Id), string> Records { get; } = [];

    public int LastGame { get; set; }

    public int LastBoard { get; set; }

    public long LastRow { get; set; }

    /// <summary>Rows up to this number are in the windows' entries; later ones are the tail.</summary>
    public long Folded { get; set; }

    public long Commit { get; set; }

    public DateTimeOffset? LastCommit { get; set; }

    public DiskWindow Window(int number) => Windows[number - 1];
}

internal sealed class DiskGame
{
    public required int Number { get; init; }

    public required GameDefinition Definition { get; set; }

    public int LastPlayer { get; set; }

    public Dictionary<int, byte[]> Players { get; } = [];

    public Dictionary<int, Profile> Profiles { get; } = [];

    public int Find(ReadOnlySpan<byte> id)
    {
        foreach (var (number, known) in Players)
        {
            if (id.SequenceEqual(known))
            {
                return number;
            }
        }

        return 0;
    }

}

internal sealed class DiskBoard
{
    public required int Number { get; init; }

    public required int Game { get; init; }

    public required BoardDefinition Definition { get; set; }

    public long LastOrder { get; set; }
}

internal sealed class DiskWindow
{
    public required StoredWindow Stored { get; set; }

    /// <summary>Folded entries by player, each with its metadata.</summary>
    public Dictionary<int, (Entry Entry, byte[]? Metadata)> Entries { get; } = [];

    public bool IsOpen => Stored.State == WindowState.Open;
}
