using System.Text;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Boards.Tests.Storage;

public sealed class WindowTextTests
{
    private readonly WindowText text = new();

    [Fact]
    public void Each_window_is_a_line_and_scores_are_said_where_they_are_not_the_submitted_ones()
    {
        var submitted = new ScoreColumns(5, 6);
        WindowLine[] lines =
        [
            new(7, SubmitResult.Improved, submitted, new Rank(1), new Rank(2), 3),
            new(8, SubmitResult.NotBetter, new ScoreColumns(-9), new Rank(4), new Rank(4), 5),
            new(9, SubmitResult.First, new ScoreColumns(0, 0, 1), default, default, 0),
            new(10, SubmitResult.First, default, default, default, 0),
            new(11, SubmitResult.First, new ScoreColumns(1, 2, 3, 4), default, default, 0),
        ];
        const string expected = "7:2:1:2:3;8:3:4:4:5:-9;9:1:0:0:0:0,0,1;10:1:0:0:0:0;11:1:0:0:0:1,2,3,4";
        Assert.Equal(expected, Encoding.UTF8.GetString(text.Write(lines, submitted)));
        Assert.Equal(lines, Read(expected, submitted));
    }

    [Fact]
    public void No_window_is_no_text()
    {
        Assert.True(text.Write([], default).IsEmpty);
        Assert.Empty(Read("", default));
    }

    [Fact]
    public void The_longest_lines_come_back_whole()
    {
        var scores = new ScoreColumns(long.MinValue, long.MinValue, long.MinValue, long.MinValue);
        var line = new WindowLine(int.MaxValue, SubmitResult.Gone, scores, new Rank(int.MaxValue), new Rank(int.MaxValue), int.MaxValue);
        var lines = Enumerable.Repeat(line, 20).ToArray();
        Assert.Equal(lines, Read(Encoding.UTF8.GetString(text.Write(lines, default)), default));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1")]
    [InlineData("1:2:3:4")]
    [InlineData("1:2:3:4:5;")]
    [InlineData("1:2:3:4:5:")]
    [InlineData("1:2:3:4:5:6,")]
    [InlineData("1:2:3:4:5:6,7,8,9,10")]
    [InlineData("1:2:3:4:5 ")]
    [InlineData("99999999999:2:3:4:5")]
    public void Any_other_text_is_damage(string other) => Assert.Throws<StoreBrokenException>(() => Read(other, default));

    private static List<WindowLine> Read(string text, ScoreColumns submitted)
    {
        var lines = new List<WindowLine>();
        WindowText.Read(Encoding.UTF8.GetBytes(text), submitted, lines);
        return lines;
    }
}
