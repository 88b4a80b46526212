using Jinbang.Ranking;

namespace Jinbang.Boards.Rankings;

/// <summary>Which lines of a window are wanted.</summary>
public abstract record StandingsQuery
{
    /// <summary>The most lines one answer has.</summary>
    public const int MostLines = 1000;

    private StandingsQuery()
    {
    }

    /// <summary>The lines from a place of the list on, counted one by one from 1.</summary>
    public sealed record From(int Place, int Limit) : StandingsQuery;

    /// <summary>The lines that stand after an entry (which may be gone by now): paging that neither skips nor repeats anyone who did not move.</summary>
    public sealed record After(ScoreColumns Scores, long Order, int Limit) : StandingsQuery;

    /// <summary>The lines around a player: as many before him as after him, more on one side at the ends of the list.</summary>
    public sealed record Around(PlayerId Player, int Limit) : StandingsQuery;

    /// <summary>The lines whose scores lie in a range, both ends included.</summary>
    public sealed record Between(ScoreColumns Best, ScoreColumns Worst, int Skip, int Limit) : StandingsQuery;

    /// <summary>The lines of these players, in rank order; those without an entry are left out.</summary>
    public sealed record Of(IReadOnlyList<PlayerId> Players) : StandingsQuery;
}
