using Jinbang.Boards.Players;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Rankings;

/// <summary>Lines of a window, all of one moment.</summary>
public sealed record StandingsPage
{
    /// <summary>The window.</summary>
    public required WindowInfo Window { get; init; }

    /// <summary>The board's version at that moment.</summary>
    public required long Version { get; init; }

    /// <summary>The lines, best first.</summary>
    public required IReadOnlyList<StandingsLine> Lines { get; init; }
}

/// <summary>One line of a window.</summary>
/// <param name="Rank">By the board's tie rule.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Player">The player's public id; <c>default</c> when he was deleted.</param>
/// <param name="Profile">His profile; null when he has none or was deleted.</param>
/// <param name="Metadata">The entry's metadata, JSON as UTF-8; null for none.</param>
public readonly record struct StandingsLine(Rank Rank, Entry Entry, PublicId Player, Profile? Profile, byte[]? Metadata);
