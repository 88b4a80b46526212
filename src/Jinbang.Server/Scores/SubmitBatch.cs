using System.Text.Json;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>Submits up to a hundred scores; each has its own answer.</summary>
internal sealed class SubmitBatch(IBoards boards)
{
    public const int Most = 100;

    public async Task HandleAsync(HttpContext context)
    {
        if (Targets.FindGame(context, boards, out var game) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var (body, unread) = await JsonBody.ReadAsync(context, JsonBody.MostBatchBytes);
        if (unread is not null)
        {
            await unread.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var fields = new BodyFields(body, ScoresJson.Wire.BatchBody, faults);
        if (!fields.TryGet("submissions", out var items) || items.ValueKind != JsonValueKind.Array || items.GetArrayLength() is 0 or > Most)
        {
            fields.Fault("submissions", $"A list of 1 to {Most} submissions is needed.");
        }

        if (faults.Refusal is { } invalid)
        {
            await invalid.WriteAsync(context);
            return;
        }

        // All are handed over before the first is waited for: the committer keeps their order and takes them into one commit.
        var reading = new SubmissionReading(context, boards);
        var pending = new List<Pending>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            pending.Add(Begin(reading, item, game));
        }

        var results = new List<BatchItemReply>(pending.Count);
        foreach (var one in pending)
        {
            results.Add(await FinishAsync(one));
        }

        await JsonReply.WriteAsync(context, new BatchReply { Results = results }, ScoresJson.Wire.BatchReply);
    }

    private Pending Begin(SubmissionReading reading, JsonElement item, GameId game)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return new Pending(Refusal.Of("submissions", "A submission must be an object."));
        }

        if (!item.TryGetProperty("board", out var name) || BodyFields.TryReadText(name) is not { } word)
        {
            return new Pending(Refusal.Of("board", "The name of a board is needed."));
        }

        var id = new BoardId(game, word);
        if (boards.FindBoard(id) is not { } board)
        {
            return new Pending(Refusal.Missing("There is no such board."));
        }

        var target = new BoardTarget(id, board);
        if (reading.Read(item, ScoresJson.Wire.BatchItemBody, target, header: null, out var submission) is { } refusal)
        {
            return new Pending(refusal);
        }

        try
        {
            return new Pending(null, target, boards.SubmitAsync(id, submission!).AsTask());
        }
        catch (KeyNotFoundException)
        {
            // Deleted just now.
            return new Pending(Refusal.Missing("There is no such board."));
        }
    }

    private async Task<BatchItemReply> FinishAsync(Pending one)
    {
        var refusal = one.Refusal;
        if (refusal is null)
        {
            var outcome = await one.Submitting!;
            refusal = SubmissionAnswers.RefusalOf(outcome.Result, one.Target.Board);
            if (refusal is null)
            {
                return new BatchItemReply { Status = StatusCodes.Status200OK, Submission = SubmissionAnswers.ReplyOf(boards, one.Target, outcome) };
            }
        }

        var problem = refusal.Problem;
        return new BatchItemReply { Status = problem.Status, Problem = problem };
    }

    private readonly record struct Pending(Refusal? Refusal, BoardTarget Target = default, Task<SubmitOutcome>? Submitting = null);
}
