using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Model;

/// <summary>A player of the model.</summary>
internal sealed class ModelPlayer(string id, int number)
{
    public string Id => id;

    public PlayerId Number { get; } = new(number);

    public bool IsErased { get; set; }

    public string? Nickname { get; set; }
}

/// <summary>A submission that a window was fed, or what a rebuild made of all that came before it.</summary>
internal sealed record Fed(ModelPlayer Player, ScoreColumns Scores, long Sequence, bool IsLogged, byte[]? Metadata, bool IsRebuilt = false);

/// <summary>What a player has in a window.</summary>
internal readonly record struct ModelEntry(ModelPlayer Player, ScoreColumns Scores, long Sequence, byte[]? Metadata);

/// <summary>Entries and ranks, counted from all submissions each time.</summary>
internal static class ModelScores
{
    /// <summary>What the player's submissions give; null for none.</summary>
    public static ModelEntry? EntryOf(BoardDefinition board, List<Fed> all, ModelPlayer player)
    {
        Fed? kept = null;
        var sum = default(ScoreColumns);
        foreach (var fed in all)
        {
            if (fed.Player != player || (board.Keep == KeepRule.Sum && Overflows(new ModelEntry(player, sum, 0, null), fed.Scores)))
            {
                // A rebuild adds up what comes before the sum is full.
                continue;
            }

            var replaces = kept is null || board.Keep switch
            {
                KeepRule.Best => Compare(board, fed.Scores, kept.Scores) < 0,
                KeepRule.Latest => fed.Scores != kept.Scores,
                KeepRule.Sum => fed.Scores != default,
                KeepRule.First => false,
            };
            sum = Add(sum, fed.Scores);
            kept = replaces ? fed : kept;
        }

        return kept is null ? null : new ModelEntry(player, board.Keep == KeepRule.Sum ? sum : kept.Scores, kept.Sequence, kept.Metadata);
    }

    /// <summary>All entries, best first, as the board lists equal ones.</summary>
    public static List<ModelEntry> Standings(BoardDefinition board, List<Fed> all)
    {
        var entries = new List<ModelEntry>();
        foreach (var fed in all)
        {
            if (!Contains(entries, fed.Player) && EntryOf(board, all, fed.Player) is { } entry)
            {
                entries.Add(entry);
            }
        }

        Sort(board, entries);
        return entries;
    }

    public static void Sort(BoardDefinition board, List<ModelEntry> entries) => entries.Sort((one, other) =>
        Compare(board, one.Scores, other.Scores) is not 0 and var comparison ? comparison
        : one.Sequence.CompareTo(other.Sequence) * (board.Ties == TieRule.LaterFirst ? -1 : 1));

    public static int RankOf(BoardDefinition board, List<ModelEntry> entries, ModelEntry entry)
    {
        var before = 0;
        foreach (var other in entries)
        {
            var comparison = Compare(board, other.Scores, entry.Scores);
            before += board.Ties switch
            {
                TieRule.EarlierFirst => comparison < 0 || (comparison == 0 && other.Sequence.CompareTo(entry.Sequence) < 0),
                TieRule.LaterFirst => comparison < 0 || (comparison == 0 && other.Sequence.CompareTo(entry.Sequence) > 0),
                TieRule.EqualPlace => comparison < 0,
                TieRule.EqualPlaceDense => comparison < 0 && IsFirstOf(entries, other),
            } ? 1 : 0;
        }

        return before + 1;
    }

    public static bool Accepts(BoardDefinition board, ScoreColumns scores)
    {
        for (var i = 0; i < 4; i++)
        {
            var value = Column(scores, i);
            if (i < board.Columns.Count ? value < board.Columns[i].Lowest || value > board.Columns[i].Highest : value != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the sum of what the player has and this leaves the range of 64 bits.</summary>
    public static bool Overflows(ModelEntry? entry, ScoreColumns scores)
    {
        for (var i = 0; entry is { } present && i < 4; i++)
        {
            var sum = (Int128)Column(present.Scores, i) + Column(scores, i);
            if (sum > long.MaxValue || sum < long.MinValue)
            {
                return true;
            }
        }

        return false;
    }

    public static int Compare(BoardDefinition board, ScoreColumns one, ScoreColumns other)
    {
        for (var i = 0; i < board.Columns.Count; i++)
        {
            var comparison = Column(one, i).CompareTo(Column(other, i));
            if (comparison != 0)
            {
                return board.Columns[i].Order == ScoreOrder.LowerIsBetter ? comparison : -comparison;
            }
        }

        return 0;
    }

    private static bool Contains(List<ModelEntry> entries, ModelPlayer player)
    {
        foreach (var entry in entries)
        {
            if (entry.Player == player)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsFirstOf(List<ModelEntry> entries, ModelEntry entry)
    {
        foreach (var other in entries)
        {
            if (other.Scores == entry.Scores)
            {
                return other.Player == entry.Player;
            }
        }

        return false;
    }

    private static long Column(ScoreColumns scores, int column) => column switch { 0 => scores.First, 1 => scores.Second, 2 => scores.Third, _ => scores.Fourth };

    private static ScoreColumns Add(ScoreColumns one, ScoreColumns other) =>
        new(one.First + other.First, one.Second + other.Second, one.Third + other.Third, one.Fourth + other.Fourth);
}
