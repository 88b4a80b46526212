using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Cluster.Calls;
using Jinbang.Cluster.Members;
using Jinbang.Ranking;
using Microsoft.Extensions.Logging;

namespace Jinbang.Cluster;

/// <summary>Does what other servers ask of a board that is served here, on the thread pool: a grain's own thread would do one thing at a time.</summary>
internal sealed partial class BoardDesk(LocalBoards home, Announcements announcements, ILogger<BoardDesk> logger)
{
    /// <summary>Submits. Submissions of a board that is not served (any more) are answered <see cref="SubmitReply.Elsewhere"/>.</summary>
    public async Task<SubmitReplies> SubmitAsync(BoardId board, SubmitCall[] calls)
    {
        var waiting = new Task<SubmitOutcome>[calls.Length];
        for (var i = 0; i < calls.Length; i++)
        {
            waiting[i] = SubmitAsync(board, calls[i]);
        }

        var replies = new SubmitReply[calls.Length];
        for (var i = 0; i < replies.Length; i++)
        {
            try
            {
                replies[i] = Wire.Write(await waiting[i].ConfigureAwait(false));
            }
            catch (BoardElsewhereException)
            {
                replies[i] = new() { Result = SubmitReply.Elsewhere };
            }
            catch (KeyNotFoundException)
            {
                replies[i] = new() { Result = (int)SubmitResult.Gone };
            }
        }

        return new() { Replies = replies, Version = VersionOf(board) };
    }

    /// <summary>Answers questions, each for itself.</summary>
    public Task<ReadReply[]> ReadAsync(BoardId board, ReadCall[] calls) => Task.Run(() => Task.WhenAll(calls.Select(call => AnswerAsync(board, call))));

    /// <summary>Changes the board, and waits until the others know.</summary>
    public async Task<ChangeReply> ChangeAsync(BoardId board, ChangeCall change)
    {
        try
        {
            var outcome = change.Kind switch
            {
                ChangeKind.Define => await home.PutBoardAsync(board.Game, DefinitionJson.ReadBoard(change.Definition!), change.Rebuild).ConfigureAwait(false),
                ChangeKind.Delete => await home.DeleteBoardAsync(board).ConfigureAwait(false),
                ChangeKind.Close => await home.CloseWindowAsync(board, new WindowName(change.Rule ?? "", change.Key ?? "")).ConfigureAwait(false),
            };
            await announcements.ToldAsync().ConfigureAwait(false);
            return new() { Outcome = (int)outcome };
        }
        catch (BoardElsewhereException)
        {
            return new() { State = BoardState.Elsewhere };
        }
    }

    private Task<SubmitOutcome> SubmitAsync(BoardId board, in SubmitCall call)
    {
        try
        {
            return call.IsClassic
                ? home.SubmitAsync(board, new PlayerId(call.Player), new Score(call.Scores.First)).AsTask()
                : home.SubmitAsync(board, Wire.Read(call)).AsTask();
        }
        catch (Exception fault) when (fault is BoardElsewhereException or KeyNotFoundException)
        {
            return Task.FromException<SubmitOutcome>(fault);
        }
    }

    private async Task<ReadReply> AnswerAsync(BoardId board, ReadCall call)
    {
        try
        {
            return await AskAsync(board, call);
        }
        catch (BoardElsewhereException)
        {
            return new() { State = ReadState.Elsewhere };
        }
        catch (KeyNotFoundException)
        {
            return new() { State = ReadState.Gone };
        }
        catch (StoreUnavailableException)
        {
            return new() { State = ReadState.Unavailable };
        }
        catch (Exception fault)
        {
            LogFault(logger, fault, call.Kind);
            return new() { State = ReadState.Failed };
        }
    }

    private async ValueTask<ReadReply> AskAsync(BoardId board, ReadCall call)
    {
        var none = CancellationToken.None;
        if (!Enum.IsDefined(call.Kind))
        {
            return new() { State = ReadState.NotUnderstood };
        }

        switch (call.Kind)
        {
            case ReadKind.Head:
                // In this order: the head shows at least this version.
                var version = home.VersionOf(board);
                return Wire.Write(await home.HeadAsync(board, none), version, call.Mark);
            case ReadKind.Score:
                return new() { Score = home.ScoreOf(board, new PlayerId(call.Player))?.Value };
            case ReadKind.Question:
                return Wire.Write(await home.AskAsync(board, Wire.NameOf(call), Wire.ReadQuestion(call), none));
            case ReadKind.Windows:
                var (windows, next) = await home.ReadWindowsAsync(board, call.Rule, (int)call.Mark, call.Limit, none);
                return Wire.Write(windows, next);
            case ReadKind.History:
                return Wire.Write(await home.ReadHistoryAsync(board, new PlayerId(call.Player), call.Mark, call.Limit, none));
            case ReadKind.Entries:
                return Wire.Write(await home.ExportEntriesAsync(board, new PlayerId(call.Player), none));
            case ReadKind.From or ReadKind.After or ReadKind.Around or ReadKind.Between or ReadKind.Of:
            default:
                return Wire.Write(await home.ReadAsync(board, Wire.NameOf(call), Wire.ReadQuery(call)!, none));
        }
    }

    private long VersionOf(BoardId board)
    {
        try
        {
            return home.VersionOf(board);
        }
        catch (Exception fault) when (fault is BoardElsewhereException or KeyNotFoundException)
        {
            return 0;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A question of kind {Kind} from another server failed")]
    private static partial void LogFault(ILogger logger, Exception fault, ReadKind kind);
}
