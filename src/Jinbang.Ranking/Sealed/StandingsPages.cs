namespace Jinbang.Ranking.Sealed;

/// <summary>Standings read page by page, in rank order.</summary>
internal sealed class StandingsPages(Standings source, int count)
{
    // 48 KiB: enough to make the way down to the first entry of a page cheap, and below the size from which arrays are kept apart.
    private readonly Entry[] page = new Entry[1024];

    /// <summary>The entries from a position on, at least one, in a page that the next call uses again.</summary>
    /// <exception cref="InvalidOperationException">There are fewer entries than there were.</exception>
    public ReadOnlySpan<Entry> From(int position)
    {
        var copied = source.CopyRange(new Rank(position + 1), page.AsSpan(0, Math.Min(page.Length, count - position)));
        return copied > 0 ? page.AsSpan(0, copied) : throw new InvalidOperationException($"The standings had {count} entries and end at {position}.");
    }
}
