namespace Jinbang.Ranking;

/// <summary>One player's line in a table of standings.</summary>
/// <param name="Player">Whose line it is; a player has at most one in a table.</param>
/// <param name="Scores">The scores that count.</param>
/// <param name="Order">When these scores were reached, as the board's own count of changes: of two equal scores the smaller order came first.</param>
public readonly record struct Entry(PlayerId Player, ScoreColumns Scores, long Order)
{
    /// <summary>A line of one score column.</summary>
    public Entry(PlayerId player, Score score, long order)
        : this(player, new ScoreColumns(score.Value), order)
    {
    }

    /// <summary>The first column: on a board of one column, the score.</summary>
    public Score Score => new(Scores.First);
}
