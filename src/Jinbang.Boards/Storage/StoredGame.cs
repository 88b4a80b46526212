using Jinbang.Boards.Games;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Storage;

/// <summary>What a store holds, but for players, entries and the log.</summary>
/// <param name="Games">All games.</param>
/// <param name="Secret">32 random bytes that belong to this store for ever: public ids and tokens are made with it.</param>
/// <param name="LastCommit">When the last commit was made; null before the first.</param>
public sealed record StoreContents(IReadOnlyList<StoredGame> Games, ReadOnlyMemory<byte> Secret, DateTimeOffset? LastCommit);

/// <summary>A game in its store.</summary>
/// <param name="Number">From 1, never reused.</param>
/// <param name="Definition">What it is, without its boards.</param>
/// <param name="Boards">Its boards.</param>
public sealed record StoredGame(int Number, GameDefinition Definition, IReadOnlyList<StoredBoard> Boards);

/// <summary>A board in its store.</summary>
/// <param name="Number">From 1, never reused.</param>
/// <param name="Definition">What it is.</param>
/// <param name="LastOrder">The last order number in the log, 0 when it has given none.</param>
/// <param name="Windows">Its open windows, and of each rule the latest window that is closed: the one with the latest end.</param>
public sealed record StoredBoard(int Number, BoardDefinition Definition, long LastOrder, IReadOnlyList<StoredWindow> Windows);

/// <summary>A window in its store.</summary>
/// <param name="Number">From 1, never reused.</param>
/// <param name="Board">Its board's number.</param>
/// <param name="Rule">The name of its rule.</param>
/// <param name="Kind">The kind it was opened with.</param>
/// <param name="Key">Its key within the rule; empty where a rule has only one.</param>
/// <param name="Starts">When it began; null for all time.</param>
/// <param name="Ends">Its end, fixed when it was opened.</param>
/// <param name="Closes">When it is to close: its end plus the grace time of then.</param>
/// <param name="State">Open, closed or replaced.</param>
/// <param name="Closing">How it closed; null while it is open.</param>
public sealed record StoredWindow(
    int Number,
    int Board,
    string Rule,
    WindowKind Kind,
    string Key,
    DateTimeOffset? Starts,
    DateTimeOffset? Ends,
    DateTimeOffset? Closes,
    WindowState State,
    WindowClosing? Closing = null)
{
    /// <summary>Its full name.</summary>
    public WindowName Name => new(Rule, Key);
}

/// <summary>A window to be opened.</summary>
/// <inheritdoc cref="StoredWindow" />
public sealed record WindowOpening(int Board, string Rule, WindowKind Kind, string Key, DateTimeOffset? Starts, DateTimeOffset? Ends, DateTimeOffset? Closes);

/// <summary>The close of a window: from its commit on the standings are final.</summary>
/// <param name="Window">The window's number.</param>
/// <param name="At">When it was decided.</param>
/// <param name="LastOrder">The board's last order number by then.</param>
/// <param name="Count">How many entries it has.</param>
/// <param name="Checksum">The sum of the entries' digests.</param>
/// <param name="Order">How its scores are compared, whatever becomes of the board later.</param>
public sealed record WindowClosing(int Window, DateTimeOffset At, long LastOrder, int Count, ulong Checksum, ColumnOrder Order);
