using System.Text;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

/// <summary>A submission as a test writes it down. Without lines it is the player's entry in the window with the board's number.</summary>
public sealed record Sent(int Board, int Player, ScoreColumns Scores, long Order)
{
    public SubmitResult Result { get; init; } = SubmitResult.First;

    public string? Key { get; init; }

    public string? Metadata { get; init; }

    public IReadOnlyList<WindowLine>? Lines { get; init; }

    public Entry ToEntry() => new(new PlayerId(Player), Scores, Order);

    public IReadOnlyList<WindowLine> LinesOrOne() => Lines ?? [Line(Board, Scores)];

    /// <summary>A line that changes the entry.</summary>
    public static WindowLine Line(int window, ScoreColumns scores) => new(window, SubmitResult.Improved, scores, new Rank(3), new Rank(9), 12);

    public void AddTo(CommitBatch batch)
    {
        var lines = LinesOrOne();
        batch.Submissions.Add(new SubmissionRow(
            Board, new PlayerId(Player), Order, Scores, Result, Key, Metadata is null ? null : Encoding.UTF8.GetBytes(Metadata), batch.Windows.Count, lines.Count));
        batch.Windows.AddRange(lines);
    }

    /// <summary>Whether a row read back is this one.</summary>
    public void AssertIs(StoredSubmission? row)
    {
        Assert.NotNull(row);
        Assert.Equal((Board, Player, Order, Scores, Result, Key), (row.Board, row.Player.Number, row.Order, row.Submitted, row.Result, row.Key));
        Assert.Equal(Metadata, row.Metadata is null ? null : Encoding.UTF8.GetString(row.Metadata));
        Assert.Equal(LinesOrOne(), row.Windows);
    }
}
