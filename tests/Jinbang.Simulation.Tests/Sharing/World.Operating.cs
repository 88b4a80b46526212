using System.Globalization;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Sharing;

// What happens: clients submit, repeat and read, boards are taken and given up, processes come and go. Every call is noted with the least state that it must see, and
// looked at when it is answered.

internal sealed partial class World : IDisposable
{
    private const int MostCalls = 400;
    private static readonly GameId Game = GameId.Parse("game");
    private static readonly string[] Ids = ["a", "b", "c", "d", "e"];

    private readonly List<PendingCall> pending = [];
    private readonly List<SentSubmission> sent = [];
    private readonly List<PlayerId> deleted = [];
    private int lastProcess;
    private bool isPolling;

    public World(int seed, SharedMutant mutant = SharedMutant.None, List<string>? told = null)
    {
        this.told = told;
        Random = new Random(seed);
        Mutant = mutant;
        Begin = new DateTimeOffset(2026, 11, 24, 23, 59, 54, TimeSpan.Zero).AddMilliseconds(Random.Next(0, 8_000));
        FaultsOfThousand = Random.Next(3) == 0 ? 0 : Random.Next(10, 90);
        IsSlow = Random.Next(3) == 0;
        isCalm = true;
        var boards = Random.Next(1, 3);
        var game = new GameDefinition { Id = Game, Boards = [.. Enumerable.Range(1, boards).Select(NewBoard)] };
        var store = new SharedMemoryStore(this, null!);
        var number = store.PutGameAsync(game, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        foreach (var board in game.Boards)
        {
            store.PutBoardAsync(number, board, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }

        for (var i = Random.Next(2, 4); i > 0; i--)
        {
            Join();
        }

        isCalm = false;
    }

    /// <summary>Runs a history.</summary>
    public void Run()
    {
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            foreach (var board in Disk.Boards)
            {
                Take(Random.Of(Processes), board.Number);
            }

            for (var operations = Random.Next(20, 90); operations > 0; operations--)
            {
                Operate();
                Advance(Random.Next(3) == 0 ? 0 : Milliseconds(Random.Next(0, Random.Next(10) == 0 ? 600 : 60)));
            }

            End();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    public void Dispose()
    {
        foreach (var process in Processes)
        {
            process.Boards.Dispose();
        }
    }

    private BoardDefinition NewBoard(int number)
    {
        var windows = new List<WindowRule> { new() { Name = "all_time", Kind = WindowKind.AllTime } };
        if (Random.Next(2) == 0)
        {
            windows.Add(new WindowRule { Name = "daily", Kind = WindowKind.Daily, Grace = TimeSpan.FromSeconds(Random.Next(0, 2)) });
        }

        return new BoardDefinition
        {
            Name = $"board{number}",
            Keep = Random.Of([KeepRule.Best, KeepRule.Best, KeepRule.Latest, KeepRule.Sum, KeepRule.First]),
            Ledger = Random.Next(3) == 0,
            Windows = windows,
        };
    }

    /// <summary>Starts a process.</summary>
    private Process Join()
    {
        var wasCalm = isCalm;
        isCalm = true;
        var process = new Process(this, ++lastProcess);
        Processes.Add(process);
        As(process, static process =>
        {
            var loading = process.Boards.LoadAsync();
            if (!loading.IsCompletedSuccessfully)
            {
                throw new DifferenceException($"process {process.Number} does not start: {loading.Exception?.InnerException}");
            }
        });
        isCalm = wasCalm;
        Tell($"process {process.Number} joins");
        RenewRepeatedly(process);
        return process;
    }

    private void RenewRepeatedly(Process process) => After(Milliseconds(Random.Next(12) == 0 ? Random.Next(250, 1_200) : Random.Next(200, 300)), process, () =>
    {
        if (process.Renewing is null or { IsCompleted: true })
        {
            Observe(process.Renewing);
            process.Renewing = process.Boards.RenewAsync();
        }

        RenewRepeatedly(process);
    });

    private void Observe(Task? task)
    {
        if (task is { IsFaulted: true, Exception.InnerException: { } fault } && fault is not (StoreUnavailableException or StoreUncertainException or BoardsLostException or OperationCanceledException))
        {
            throw new DifferenceException($"something ended with {fault}");
        }
    }

    /// <summary>One thing happens.</summary>
    private void Operate()
    {
        var process = Random.Of(Processes);
        var board = Random.Of(Disk.Boards);
        var kind = Random.Next(1_000);
        if (!CanRun(process))
        {
            return;
        }

        switch (kind)
        {
            case < 260:
                Submit(process, board);
                Step(process);
                break;

            case < 330:
                Submit(process, board);
                break;

            case < 370:
                Repeat(process);
                break;

            case < 560:
                Step(process);
                break;

            case < 760:
                Read(process, board);
                break;

            case < 830:
                Take(process, board.Number);
                break;

            case < 850:
                Tell($"process {process.Number} gives up board {board.Number}");
                Call(process, "release", () => process.Boards.ReleaseAsync(board.Number).AsTask());
                break;

            case < 890:
                As(process, process => process.Boards.Follow(new HashSet<int> { board.Number }));
                Call(process, "follow", () => process.Boards.FollowAsync(board.Number));
                break;

            case < 930:
                if (process.Refreshing is null or { IsCompleted: true })
                {
                    Observe(process.Refreshing);
                    As(process, static process => process.Refreshing = process.Boards.RefreshAsync().AsTask());
                }

                break;

            case < 945:
                Freeze(process);
                Tell($"process {process.Number} freezes");
                break;

            case < 955:
                process.CutOffUntil = Now + Milliseconds(Random.Next(50, 2_500));
                Tell($"process {process.Number} is cut off");
                break;

            case < 965:
                Kill(process);
                break;

            case < 975:
                Delete(process);
                break;

            case < 985:
                CloseEarly(process, board);
                break;

            case < 995:
                Change(process, board);
                break;

            default:
                Leave(process);
                break;
        }
    }

    private void Step(Process process)
    {
        if (process.IsStepping || !CanRun(process))
        {
            return;
        }

        process.IsStepping = process.IsCommitter = true;
        var goesOn = false;
        try
        {
            As(process, process => goesOn = process.Boards.Step());
        }
        finally
        {
            process.IsStepping = process.IsCommitter = false;
        }

        if (!goesOn && process.IsAlive)
        {
            throw process.Boards.Ended.Exception?.InnerException is DifferenceException difference
                ? new DifferenceException(difference.Message)
                : new DifferenceException($"the committer of process {process.Number} ended by itself: {process.Boards.Ended.Exception}");
        }

        Settle();
    }

    private void Kill(Process process)
    {
        Tell($"process {process.Number} is killed");
        process.IsAlive = false;
        Processes.Remove(process);
        pending.RemoveAll(call => call.Process == process);
        if (!process.IsStepping)
        {
            process.Boards.Dispose();
        }

        Join();
    }

    private void Leave(Process process)
    {
        if (process.IsStepping || isCalm || pending.Exists(call => call.Process == process) || process.Refreshing is { IsCompleted: false } || process.Renewing is { IsCompleted: false })
        {
            return;
        }

        Tell($"process {process.Number} leaves");
        var number = process.Store.Member;
        As(process, static process => process.Store.LeaveAsync(CancellationToken.None).AsTask());
        process.IsAlive = false;
        Processes.Remove(process);
        process.Boards.Dispose();
        Tell($"member {number} has left");
        Join();
    }

    private void Take(Process process, int board)
    {
        Tell($"process {process.Number} is to take board {board}");
        Call(process, "take", () => process.Boards.TakeAsync(board, CancellationToken.None).AsTask());
    }

    private void Submit(Process process, SharedRow board)
    {
        var submission = new SentSubmission(
            board,
            new SubmissionRequest
            {
                ExternalId = ExternalId.Copy(Encoding.UTF8.GetBytes(Random.Of(Ids))),
                Scores = new ScoreColumns(Random.Next(board.Definition.Keep == KeepRule.Sum ? 0 : 1, 12)),
                Key = Random.Next(3) == 0 ? $"key{sent.Count}" : null,
                Metadata = Encoding.UTF8.GetBytes(sent.Count.ToString(CultureInfo.InvariantCulture)),
            });
        sent.Add(submission);
        Send(process, submission);
    }

    /// <summary>Sends a submission with a key once more, anywhere.</summary>
    private void Repeat(Process process)
    {
        if (sent.Count > 0 && Random.Of(sent) is { Request.Key: not null } submission)
        {
            Send(process, submission);
        }
    }

    private void Send(Process process, SentSubmission submission)
    {
        Tell($"process {process.Number} is given submission {Encoding.UTF8.GetString(submission.Request.Metadata!)}: {Encoding.UTF8.GetString(submission.Request.ExternalId.Utf8)} {submission.Request.Scores.First} on board {submission.Board.Number} {submission.Request.Key ?? ""}");
        Call(process, "submission", () => process.Boards.SubmitAsync(new BoardId(Game, submission.Board.Definition.Name), submission.Request).AsTask(), submission.Board, (call, outcome) => Submitted(call, submission, outcome));
    }

    private void Read(Process process, SharedRow board)
    {
        var id = new BoardId(Game, board.Definition.Name);
        var window = new WindowName(Random.Of(board.Definition.Windows).Name);
        window = window.Rule == "daily" && Random.Next(3) == 0 ? new WindowName("daily", WindowName.Previous) : window;
        var player = Random.Of(Ids);
        switch (Random.Next(6))
        {
            case 0:
                Call(process, "score", () => process.Boards.ScoreAsync(id, Encoding.UTF8.GetBytes(player)).AsTask(), board, (call, score) => ScoreRead(call, player, score));
                break;

            case 1:
                Call(process, "head", () => process.Boards.HeadAsync(id, CancellationToken.None).AsTask(), board, HeadRead);
                break;

            case 2:
                Call(
                    process, "answer", () => process.Boards.AskAsync(id, window, new Question { Scores = new ScoreColumns(5) }, CancellationToken.None).AsTask(), board, Asked);
                break;

            case 3 when Disk.Games[0].Players.TryGetValue(player, out var number):
                Call(
                    process, "around", () => process.Boards.ReadAsync(id, window, new StandingsQuery.Around(new PlayerId(number), 3), CancellationToken.None).AsTask(), board,
                    (call, page) => PageRead(call, page, isWhole: false));
                break;

            default:
                Call(
                    process, "page", () => process.Boards.ReadAsync(id, window, new StandingsQuery.From(1, 100), CancellationToken.None).AsTask(), board,
                    (call, page) => PageRead(call, page, isWhole: true));
                break;
        }
    }

    private void Delete(Process process)
    {
        if (Disk.Games[0].Players.Count == 0)
        {
            return;
        }

        var player = new PlayerId(Random.Of([.. Disk.Games[0].Players.Values]));
        Tell($"process {process.Number} is to delete player {player.Number}");
        deleted.Add(player);
        Call(process, "deletion", () => process.Boards.DeletePlayerAsync(Game, player).AsTask());
    }

    private void CloseEarly(Process process, SharedRow board)
    {
        if (board.Definition.Windows.Count > 1)
        {
            Tell($"process {process.Number} is to close the day of board {board.Number}");
            Call(process, "close", () => process.Boards.CloseWindowAsync(new BoardId(Game, board.Definition.Name), new WindowName("daily")).AsTask());
        }
    }

    private void Change(Process process, SharedRow board)
    {
        var isRebuild = Random.Next(2) == 0 && Mutant == SharedMutant.None;
        var changed = isRebuild
            ? board.Definition with { Keep = Random.Of([KeepRule.Best, KeepRule.Latest, KeepRule.First]) }
            : board.Definition with { Title = $"title {Random.Next(100)}", Ledger = Random.Next(2) == 0 };
        Tell($"process {process.Number} is to change board {board.Number}");
        Call(process, "change", () => process.Boards.PutBoardAsync(Game, changed, rebuild: true).AsTask());
    }

    private void Call(Process process, string what, Func<Task> begin) => Call(process, what, async () =>
    {
        await begin();
        return true;
    }, null, static (_, _) => { });

    /// <summary>Makes a call, and looks at its answer when it comes.</summary>
    private void Call<T>(Process process, string what, Func<Task<T>> begin, SharedRow? board, Action<PendingCall, T> look)
    {
        if (!CanRun(process) || pending.Count >= MostCalls)
        {
            return;
        }

        var call = new PendingCall(process, what, board, board?.Floor ?? 0, board?.VersionFloor ?? 0, board?.HeadFloor ?? 0);
        As(process, _ =>
        {
            Task<T> task;
            try
            {
                task = begin();
            }
            catch (BoardElsewhereException)
            {
                return;
            }

            if (!process.IsAlive)
            {
                return;
            }

            Tell($"process {process.Number} is asked for a {what}{(task.IsCompleted ? ", and answers" : "")}");
            call.Task = task;
            call.Look = () => look(call, task.Result);
            pending.Add(call);
        });
        Poll();
    }

    /// <summary>Looks at answers that have come.</summary>
    private void Poll()
    {
        if (isPolling)
        {
            return;
        }

        isPolling = true;
        for (var i = 0; i < pending.Count; i++)
        {
            var call = pending[i];
            if (!call.Task!.IsCompleted)
            {
                continue;
            }

            pending.RemoveAt(i--);
            if (call.Task.IsCompletedSuccessfully)
            {
                call.Look!();
                continue;
            }

            var fault = call.Task.Exception?.InnerException;
            if (fault is StoreUnavailableException && fault.Message.Contains("are not those it closed with", StringComparison.Ordinal))
            {
                throw new DifferenceException(fault.Message);
            }

            if (fault is not (StoreUnavailableException or StoreUncertainException or BoardElsewhereException or BoardsLostException or null))
            {
                throw fault as DifferenceException ?? new DifferenceException($"the {call.What} of process {call.Process.Number} ended with {fault}");
            }
        }

        isPolling = false;
    }

    /// <summary>A submission as a client keeps it.</summary>
    private sealed record SentSubmission(SharedRow Board, SubmissionRequest Request)
    {
        public bool IsStored { get; set; }
    }

    /// <summary>A call that waits for its answer.</summary>
    private sealed class PendingCall(Process process, string what, SharedRow? board, int floor, long versionFloor, long headFloor)
    {
        public Process Process => process;

        public string What => what;

        public SharedRow Board => board!;

        /// <summary>The least state that the answer may show.</summary>
        public int Floor => floor;

        public long VersionFloor => versionFloor;

        public long HeadFloor => headFloor;

        public Task? Task { get; set; }

        public Action? Look { get; set; }
    }
}
