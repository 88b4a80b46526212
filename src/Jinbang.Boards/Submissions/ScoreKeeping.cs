using Jinbang.Ranking;

namespace Jinbang.Boards.Submissions;

/// <summary>The rule that decides a submission: a pure function of the board's rule, what the player has, and what he submits.</summary>
public static class ScoreKeeping
{
    /// <summary>Decides.</summary>
    /// <param name="rule">The board's rule.</param>
    /// <param name="order">The board's order.</param>
    /// <param name="current">The scores that count now, null when there are none.</param>
    /// <param name="submitted">The scores submitted.</param>
    /// <param name="kept">The scores that count afterwards.</param>
    /// <returns>
    /// <see cref="SubmitResult.First"/>, <see cref="SubmitResult.Improved"/>, <see cref="SubmitResult.NotBetter"/> or <see cref="SubmitResult.Overflow"/>.
    /// </returns>
    public static SubmitResult Keep(KeepRule rule, ColumnOrder order, in ScoreColumns? current, in ScoreColumns submitted, out ScoreColumns kept)
    {
        kept = submitted;
        if (current is not { } present)
        {
            return SubmitResult.First;
        }

        var replaces = rule switch
        {
            KeepRule.Best => order.Compare(submitted, present) < 0,
            KeepRule.Latest => submitted != present,
            KeepRule.First => false,
            KeepRule.Sum => submitted != default,
        };
        if (!replaces)
        {
            kept = present;
            return SubmitResult.NotBetter;
        }

        if (rule == KeepRule.Sum && !TryAdd(present, submitted, out kept))
        {
            kept = present;
            return SubmitResult.Overflow;
        }

        return SubmitResult.Improved;
    }

    private static bool TryAdd(in ScoreColumns one, in ScoreColumns other, out ScoreColumns sum)
    {
        try
        {
            sum = checked(new ScoreColumns(one.First + other.First, one.Second + other.Second, one.Third + other.Third, one.Fourth + other.Fourth));
            return true;
        }
        catch (OverflowException)
        {
            sum = default;
            return false;
        }
    }
}
