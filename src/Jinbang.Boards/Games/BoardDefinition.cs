using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Games;

/// <summary>What a board is.</summary>
public sealed record BoardDefinition
{
    /// <summary>The name of the board that the classic API reads and writes.</summary>
    public const string ClassicName = "main";

    /// <summary>The board's name within its game.</summary>
    public required string Name { get; init; }

    /// <summary>Which end of the scores stands first.</summary>
    public ScoreOrder Order { get; init; } = ScoreOrder.HigherIsBetter;

    /// <summary>Which of a player's submissions counts.</summary>
    public KeepRule Keep { get; init; } = KeepRule.Best;

    /// <summary>The lowest score accepted; lower ones are refused.</summary>
    public Score Lowest { get; init; } = new(long.MinValue);

    /// <summary>The highest score accepted; higher ones are refused.</summary>
    public Score Highest { get; init; } = new(long.MaxValue);
}
