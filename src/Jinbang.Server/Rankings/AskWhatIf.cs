using System.Globalization;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Ranking;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>What a score would come to, what a rank takes, what stands at a percentile.</summary>
internal sealed class AskWhatIf(IBoards boards, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (Targets.FindWindow(context, boards, out var target) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var query = new QueryFields(context, faults);
        var refusal = ReadQuestion(context, query, target, out var question);
        var version = query.Number(VersionWait.Parameter, 0, 0, long.MaxValue);
        refusal = faults.Refusal ?? refusal ?? await VersionWait.UntilAsync(context, boards, target.Id, version, time);
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var answer = await boards.AskAsync(target.Id, target.Window, question, context.RequestAborted);
        await (answer is null ? Targets.NoWindow.WriteAsync(context) : ReadReply.Of(ReplyOf(target.Board, question, answer), RankingsJson.Wire.WhatIfReply).WriteAsync(context));
    }

    private Refusal? ReadQuestion(HttpContext context, in QueryFields query, in WindowTarget target, out Question question)
    {
        var player = default(PlayerId);
        var missing = query.Text("player") is { } word ? Targets.FindPlayer(context, boards, target.Id.Game, word, "player", out player) : null;
        var rank = (int)query.Number("rank", 0, 1, int.MaxValue);
        question = new Question
        {
            Player = player,
            Scores = ScoreFields.Read(query, target.Board),
            Rank = rank == 0 ? null : rank,
            Percentile = ReadPercentile(query),
        };
        if (query.Text(ScoreFields.Score) is null && query.Text("rank") is null && query.Text("percentile") is null)
        {
            query.Fault(ScoreFields.Score, "At least one of score, rank and percentile is needed.");
        }

        return missing;
    }

    private static decimal? ReadPercentile(in QueryFields query)
    {
        if (query.Text("percentile") is not { } text)
        {
            return null;
        }

        if (text.Length <= 20 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
        {
            return percent;
        }

        query.Fault("percentile", "A number from 0 to 100 is allowed.");
        return null;
    }

    private static WhatIfReply ReplyOf(BoardDefinition board, Question question, Answer answer) => new()
    {
        Window = WindowReply.Of(answer.Window),
        Version = answer.Version,
        Score = question.Scores is null ? null : new WhatIfScoreReply
        {
            Rank = answer.RankFor!.Value.Place,
            Better = answer.Better!.Value,
            Equal = answer.Equal!.Value,
            Worse = answer.Worse!.Value,
            Percentile = answer.PercentileOf,
        },
        Rank = question.Rank is null ? null : RankOf(board, answer.Needed!.Value),
        Percentile = question.Percentile is null ? null : new WhatIfPercentileReply
        {
            Score = answer.ScoresAt is { } scores ? ScoreFields.TextOf(board, scores) : null,
            ScoreNumber = answer.ScoresAt is { } numbers ? ScoreFields.NumberOf(board, numbers) : null,
            TieBreakers = answer.ScoresAt is { } columns ? ScoreFields.TieBreakersOf(board, columns) : null,
        },
    };

    private static WhatIfRankReply RankOf(BoardDefinition board, NeededScore needed)
    {
        var isScore = needed.Kind == NeededScoreKind.AtLeast;
        return new WhatIfRankReply
        {
            Kind = needed.Kind,
            Score = isScore ? ScoreFields.TextOf(board, needed.Scores) : null,
            ScoreNumber = isScore ? ScoreFields.NumberOf(board, needed.Scores) : null,
            TieBreakers = isScore ? ScoreFields.TieBreakersOf(board, needed.Scores) : null,
        };
    }
}
