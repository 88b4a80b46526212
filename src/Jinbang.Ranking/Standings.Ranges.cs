using System.Buffers;

namespace Jinbang.Ranking;

public abstract partial class Standings
{
    /// <summary>Copies the standings from a place of the list on, until the destination is full or the table ends.</summary>
    /// <param name="first">The first place of the list wanted, from 1, equal scores counted one by one; beyond the end nothing is copied.</param>
    /// <param name="destination">Takes the standings, ranked and in order as the reading says.</param>
    /// <param name="reading">How the table is read.</param>
    /// <returns>How many were copied.</returns>
    public int CopyRange(Rank first, Span<Standing> destination, Reading reading = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first.Place, 1);
        var length = Math.Min(destination.Length, Count - first.Place + 1);
        if (length <= 0)
        {
            return 0;
        }

        CopyStandings(first.Place - 1, destination[..length], reading);
        return length;
    }

    /// <summary>Copies the standings around a player: as many before him as after him, more on one side where the table ends on the other.</summary>
    /// <param name="player">Who stands in the middle; of an even number of rows he is the last of the first half.</param>
    /// <param name="destination">Takes the standings.</param>
    /// <param name="reading">How the table is read.</param>
    /// <returns>How many were copied; 0 when he has no entry.</returns>
    public int CopyAround(PlayerId player, Span<Standing> destination, Reading reading = default)
    {
        var position = Locate(player, out var entry);
        var length = Math.Min(destination.Length, Count);
        if (position < 0 || length == 0)
        {
            return 0;
        }

        var place = reading.Ties == TieOrder.EarlierFirst ? position : CountBefore(entry.Scores) - position + CountThrough(entry.Scores) - 1;
        CopyStandings(Math.Clamp(place - ((length - 1) / 2), 0, Count - length), destination[..length], reading);
        return length;
    }

    /// <summary>Copies the standings whose scores lie in a range, both ends included, until the destination is full.</summary>
    /// <param name="best">The better end.</param>
    /// <param name="worst">The worse end; a range that is turned round is empty.</param>
    /// <param name="skip">How many standings of the range to leave out at its beginning: for paging.</param>
    /// <param name="destination">Takes the standings.</param>
    /// <param name="reading">How the table is read.</param>
    /// <returns>How many were copied.</returns>
    public int CopyScoreRange(in ScoreColumns best, in ScoreColumns worst, int skip, Span<Standing> destination, Reading reading = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        Check(best);
        Check(worst);
        var first = CountBefore(best);
        var inRange = Math.Max(0, CountThrough(worst) - first);
        var length = Math.Min(destination.Length, inRange - skip);
        if (length <= 0)
        {
            return 0;
        }

        CopyStandings(first + skip, destination[..length], reading);
        return length;
    }

    /// <summary>
    /// Copies the standings that come after an entry, whether or not it is still there, until the destination is full or the table ends: for paging that
    /// neither skips nor repeats anyone who did not move.
    /// </summary>
    /// <param name="scores">The entry's scores.</param>
    /// <param name="order">The entry's order number.</param>
    /// <param name="destination">Takes the standings.</param>
    /// <param name="reading">How the table is read.</param>
    /// <returns>How many were copied.</returns>
    public int CopyAfter(in ScoreColumns scores, long order, Span<Standing> destination, Reading reading = default)
    {
        Check(scores);
        var start = CountBefore(scores);
        var end = CountThrough(scores);
        var first = reading.Ties == TieOrder.EarlierFirst
            ? start + ArrivedBy(start, end, order)
            : end - ArrivedBy(start, end, order - 1);
        var length = Math.Min(destination.Length, Count - first);
        if (length <= 0)
        {
            return 0;
        }

        CopyStandings(first, destination[..length], reading);
        return length;
    }

    /// <summary>How many entries of a run of equal scores have this order number or a smaller one.</summary>
    private int ArrivedBy(int start, int end, long order)
    {
        var (low, high) = (start, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (EntryAtPosition(middle).Order <= order)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - start;
    }

    /// <summary>Copies standings; all of them exist. A range never cuts what it shows: the first and the last run may go on outside.</summary>
    /// <param name="first">The first one's position in the reading's own order.</param>
    private void CopyStandings(int first, Span<Standing> destination, Reading reading)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        var rented = ArrayPool<Entry>.Shared.Rent(destination.Length);
        var entries = rented.AsSpan(0, destination.Length);
        Copy(first, entries);
        if (reading.Ties == TieOrder.LaterFirst)
        {
            TurnRuns(first, entries);
        }

        NumberRows(first, entries, destination, reading.Style);
        ArrayPool<Entry>.Shared.Return(rented);
    }

    private void NumberRows(int first, ReadOnlySpan<Entry> entries, Span<Standing> destination, RankStyle style)
    {
        var rank = style switch
        {
            RankStyle.Ordinal => first + 1,
            RankStyle.Competition => CountBefore(entries[0].Scores) + 1,
            RankStyle.Dense => DistinctThrough(first),
        };
        destination[0] = new Standing(new Rank(rank), entries[0]);
        for (var i = 1; i < entries.Length; i++)
        {
            var isTie = entries[i].Scores == entries[i - 1].Scores;
            rank = style switch
            {
                RankStyle.Ordinal => rank + 1,
                RankStyle.Competition => isTie ? rank : first + i + 1,
                RankStyle.Dense => isTie ? rank : rank + 1,
            };
            destination[i] = new Standing(new Rank(rank), entries[i]);
        }
    }

    /// <summary>
    /// Turns every run of equal scores round. Runs that lie whole in the range are turned in place; of the first and the last, which may go on
    /// outside, the part that a later-first list shows here is another one and is copied.
    /// </summary>
    private void TurnRuns(int first, Span<Entry> entries)
    {
        for (var start = 0; start < entries.Length;)
        {
            var scores = entries[start].Scores;
            var end = start + 1;
            while (end < entries.Length && entries[end].Scores == scores)
            {
                end++;
            }

            if (start == 0 || end == entries.Length)
            {
                var (begin, stop) = (CountBefore(scores), CountThrough(scores));
                Copy(begin - (first + end) + stop, entries[start..end]);
            }

            entries[start..end].Reverse();
            start = end;
        }
    }

    private void Check(in ScoreColumns scores)
    {
        if (!Order.Fits(scores))
        {
            throw new ArgumentException($"The scores have more columns than the {Order.Columns} of this table.", nameof(scores));
        }
    }
}
