using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards.Games;

/// <summary>What a board is. Its lists compare by reference: ask <see cref="DefinitionJson.AreEqual"/> whether two say the same.</summary>
public sealed record BoardDefinition
{
    /// <summary>The name of the board that the classic API reads and writes.</summary>
    public const string ClassicName = "main";

    /// <summary>The most windows a board may have.</summary>
    public const int MostWindows = 8;

    /// <summary>The most bytes of metadata an entry may have.</summary>
    public const int MostMetadataBytes = 1024;

    private static readonly WindowRule AllTime = new() { Name = "all_time", Kind = WindowKind.AllTime };

    /// <summary>The board's name within its game: 1 to 64 characters of <c>a-z 0-9 - _</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What people call it; empty when it has no other name.</summary>
    public string Title { get; init; } = "";

    /// <summary>The score, and up to three tie-breakers that are compared after it.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; init; } = [new ColumnDefinition()];

    /// <summary>Which of a player's submissions counts.</summary>
    public KeepRule Keep { get; init; } = KeepRule.Best;

    /// <summary>What equal scores mean.</summary>
    public TieRule Ties { get; init; } = TieRule.EarlierFirst;

    /// <summary>Who may submit.</summary>
    public Writers Writers { get; init; } = Writers.Client;

    /// <summary>Whether every submission is logged, also one that changes nothing or is refused.</summary>
    public bool Ledger { get; init; }

    /// <summary>The most bytes of metadata an entry may have, 0 to <see cref="MostMetadataBytes"/>.</summary>
    public int MetadataBytes { get; init; }

    /// <summary>The windows that every submission feeds, 1 to <see cref="MostWindows"/>; the first one's outcome stands for the submission's.</summary>
    public IReadOnlyList<WindowRule> Windows { get; init; } = [AllTime];

    /// <summary>How scores are compared.</summary>
    public ColumnOrder Order => new([.. Columns.Select(static column => column.Order)]);

    /// <summary>Whether the scores lie within the columns' bounds and say nothing in columns that the board lacks.</summary>
    public bool Accepts(in ScoreColumns scores)
    {
        ReadOnlySpan<long> values = [scores.First, scores.Second, scores.Third, scores.Fourth];
        for (var i = 0; i < values.Length; i++)
        {
            if (i < Columns.Count ? values[i] < Columns[i].Lowest || values[i] > Columns[i].Highest : values[i] != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Every fault of the definition, as sentences that name the field as it is in JSON; empty when there is none.</summary>
    public IReadOnlyList<string> Faults() => BoardFaults.Of(this);
}
