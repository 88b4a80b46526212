using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Boards;

/// <summary>A line of a head.</summary>
/// <param name="Entry">The entry; the line's place is its index plus one.</param>
/// <param name="Profile">The player's profile, null when he has none.</param>
public readonly record struct HeadRow(Entry Entry, Profile? Profile);

/// <summary>The first <see cref="Size"/> places of a board with their profiles, of one moment. Immutable; a new head is a new object.</summary>
/// <param name="Version">Grows with every visible change, also over restarts; the same number means the same content.</param>
/// <param name="Rows">At most <see cref="Size"/> lines in rank order.</param>
public sealed record BoardHead(long Version, IReadOnlyList<HeadRow> Rows)
{
    /// <summary>How many places a head holds at the most.</summary>
    public const int Size = 100;
}
