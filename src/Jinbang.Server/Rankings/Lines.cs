using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Ranking;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>From lines of standings to lines of answers.</summary>
internal static class Lines
{
    /// <summary>All lines.</summary>
    public static LineReply[] Of(BoardDefinition board, IReadOnlyList<StandingsLine> lines)
    {
        var replies = new LineReply[lines.Count];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = Of(board, lines[i]);
        }

        return replies;
    }

    /// <summary>All lines, each with its rank among them by the board's tie rule.</summary>
    public static LineReply[] Among(BoardDefinition board, IReadOnlyList<StandingsLine> lines)
    {
        var style = board.Ties.ReadingOf().Style;
        var replies = new LineReply[lines.Count];
        var rank = 0;
        for (var i = 0; i < replies.Length; i++)
        {
            var isEqual = i > 0 && lines[i].Entry.Scores == lines[i - 1].Entry.Scores;
            rank = style switch
            {
                RankStyle.Ordinal => i + 1,
                RankStyle.Competition => isEqual ? rank : i + 1,
                RankStyle.Dense => isEqual ? rank : rank + 1,
            };
            replies[i] = Of(board, lines[i]) with { RankAmong = rank };
        }

        return replies;
    }

    /// <summary>One line.</summary>
    public static LineReply Of(BoardDefinition board, in StandingsLine line) => new()
    {
        Rank = line.Rank.Place,
        Player = line.Player == default ? null : line.Player.ToString(),
        Nickname = TextOf(line.Profile?.Nickname),
        Avatar = TextOf(line.Profile?.Avatar),
        Score = ScoreFields.TextOf(board, line.Entry.Scores),
        ScoreNumber = ScoreFields.NumberOf(board, line.Entry.Scores),
        TieBreakers = ScoreFields.TieBreakersOf(board, line.Entry.Scores),
        Metadata = RawJson.Of(line.Metadata),
    };

    private static string? TextOf(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);
}
