using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Sharing;

// What the database holds that the processes share, and beside it the truth: what each board's standings are after each change. A process decides from its memory; the
// disk decides the same once more from the truth, by plain lists, when a row is appended. So a process that decides from old memory is found out at that moment.
// States are kept from the first to the last, so that an answer can be held against each of them.

/// <summary>What outlives all processes, and what it must look like.</summary>
internal sealed class SharedDisk
{
    public static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(static number => (byte)number)];

    public List<SharedGame> Games { get; } = [];

    public List<SharedRow> Boards { get; } = [];

    public Dictionary<int, SharedMember> Members { get; } = [];

    /// <summary>Who may still answer for a board that another has claimed, and the epoch by which he did.</summary>
    public Dictionary<(int Former, int Board), long> Handovers { get; } = [];

    public List<Erasure> Erasures { get; } = [];

    public HashSet<string> Events { get; } = [];

    public List<SharedWindow> Windows { get; } = [];

    public int LastMember { get; set; }

    public int LastBoard { get; set; }

    public long Catalog { get; set; }

    public long Commit { get; set; }

    public SharedWindow Window(int number) => Windows[number - 1];

    public SharedRow? Board(int number) => Boards.Find(board => board.Number == number);

    public static DifferenceException Wrong(string what) => new(what);
}

internal sealed class SharedGame
{
    public required int Number { get; init; }

    public required GameDefinition Definition { get; set; }

    public int LastPlayer { get; set; }

    public Dictionary<string, int> Players { get; } = [];
}

/// <summary>A member of the store.</summary>
internal sealed class SharedMember
{
    public long LeaseUntil { get; set; }

    public long Generation { get; set; } = 1;

    public long LastAttempt { get; set; }

    public long LastCommit { get; set; }
}

/// <summary>A row of a board's log.</summary>
internal readonly record struct LoggedRow(StoredSubmission Row, long Epoch, int State);

/// <summary>A board, who owns it, its log and its states.</summary>
internal sealed class SharedRow
{
    public required int Number { get; init; }

    public required int Game { get; init; }

    public required BoardDefinition Definition { get; set; }

    public long Epoch { get; set; }

    public int Owner { get; set; }

    public long LastOrder { get; set; }

    public long LastNumber { get; set; }

    public long Folded { get; set; }

    public long ErasedThrough { get; set; }

    public List<LoggedRow> Log { get; } = [];

    /// <summary>All states there have been; the last one is the present.</summary>
    public List<BoardState> States { get; } = [];

    /// <summary>The state that whoever asks now must see at least: somebody has seen it, or was told that it is stored.</summary>
    public int Floor { get; set; }

    /// <summary>The version that whoever asks now must see at least.</summary>
    public long VersionFloor { get; set; }

    /// <summary>The same of the head, whose version is that of its own last change.</summary>
    public long HeadFloor { get; set; }

    /// <summary>What the head was at each version that was shown.</summary>
    public Dictionary<long, IReadOnlyList<Entry>> Heads { get; } = [];
}

/// <summary>A window: what is folded, and the truth.</summary>
internal sealed class SharedWindow
{
    public required StoredWindow Stored { get; set; }

    public Dictionary<int, Entry> Folded { get; } = [];

    public Dictionary<int, Entry> Entries { get; set; } = [];
}

/// <summary>The standings of a board at a moment.</summary>
/// <param name="Windows">Its windows that are open or closed.</param>
internal sealed record BoardState(IReadOnlyList<WindowStandings> Windows)
{
    public WindowStandings? Find(WindowName name)
    {
        foreach (var window in Windows)
        {
            if (window.Stored.Name == name)
            {
                return window;
            }
        }

        return null;
    }
}

/// <summary>The standings of a window at a moment, best first.</summary>
internal sealed record WindowStandings(StoredWindow Stored, Entry[] Entries)
{
    public static WindowStandings Of(SharedWindow window)
    {
        var entries = window.Entries.Values.ToArray();
        Array.Sort(entries, static (one, other) => Plain.IsBefore(one, other) ? -1 : Plain.IsBefore(other, one) ? 1 : 0);
        return new WindowStandings(window.Stored, entries);
    }
}

/// <summary>The rules, as plainly as they can be said: one column, higher is better, the earlier of equal ones first.</summary>
internal static class Plain
{
    public static bool IsBefore(in Entry one, in Entry other) =>
        one.Scores.First != other.Scores.First ? one.Scores.First > other.Scores.First : one.Order < other.Order;

    /// <summary>What becomes of a submission, and what counts afterwards.</summary>
    public static (SubmitResult Result, long Kept) Keep(KeepRule rule, long? before, long submitted) => before is not { } had
        ? (SubmitResult.First, submitted)
        : rule switch
        {
            KeepRule.Best => submitted > had ? (SubmitResult.Improved, submitted) : (SubmitResult.NotBetter, had),
            KeepRule.Latest => submitted != had ? (SubmitResult.Improved, submitted) : (SubmitResult.NotBetter, had),
            KeepRule.Sum => submitted != 0 ? (SubmitResult.Improved, had + submitted) : (SubmitResult.NotBetter, had),
            KeepRule.First => (SubmitResult.NotBetter, had),
        };

    public static int RankOf(Dictionary<int, Entry> entries, in Entry entry)
    {
        var rank = 1;
        foreach (var other in entries.Values)
        {
            rank += IsBefore(other, entry) ? 1 : 0;
        }

        return rank;
    }
}
