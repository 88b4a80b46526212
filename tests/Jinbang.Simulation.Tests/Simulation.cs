using System.Runtime.CompilerServices;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Simulation.Tests.Model;
using Jinbang.Simulation.Tests.Storage;

namespace Jinbang.Simulation.Tests;

/// <summary>The boards and the model say different things.</summary>
internal sealed class DifferenceException(string message) : Exception(message);

// The boards run over a store in memory, stepped by this object on one thread, and beside them the model. Before a step works are handed in; after it the model
// learns what the store was given (which players and windows there are now, what closed) and holds it against what should have been given at that
// moment, then decides the same works in the same order and compares every answer. A step in which the process died is settled by what the store says it has
// stored; then new boards are loaded over the same disk. What is read is compared with the model after every start and now and then.

/// <summary>One history: the boards, the model beside them, and what was done.</summary>
internal sealed partial class Simulation : IDisposable
{
    public static readonly GameId Game = GameId.Parse("game");

    private static readonly HashSet<string> AllEvents = [.. BoardEvents.Types];

    private readonly Disk disk = new();
    private readonly Faults faults = new();
    private readonly List<ModelBoard> boardsOfModel = [];
    private readonly List<ModelPlayer> players = [];
    private readonly List<int> closed = [];
    private readonly List<Work> works = [];
    private readonly List<string>? told;
    private readonly Mutant mutant;
    private readonly TimeSpan? retention;
    private readonly bool wantsEvents;
    private MemoryStore store = null!;
    private LocalBoards boards = null!;
    private ModelClock clock = null!;
    private long sequence;
    private int firstPlaces;
    private int call;

    public Simulation(DateTimeOffset begins, Mutant mutant = Mutant.None, TimeSpan? retention = null, bool wantsEvents = false, List<string>? told = null)
    {
        Time = new SimulatedTime(begins);
        (this.mutant, this.retention, this.wantsEvents, this.told) = (mutant, retention, wantsEvents, told);
        Start();
    }

    public SimulatedTime Time { get; }

    public Faults Faults => faults;

    public IReadOnlyList<ModelBoard> Boards => boardsOfModel;

    public IReadOnlyList<ModelPlayer> Players => players;

    public bool IsTelling => told is not null;

    /// <summary>Whether a rebuild was asked for.</summary>
    public bool IsRebuilt { get; private set; }

    /// <summary>Whether a change of a board is handed in for the next step.</summary>
    public bool IsChanging => works.Exists(static work => work is BoardWork);

    /// <summary>How many steps were made.</summary>
    public int Steps { get; private set; }

    public void Dispose() => boards.Dispose();

    public void Tell([InterpolatedStringHandlerArgument("")] ref ToldWords what) => told?.Add($"{Time.GetUtcNow():yyyy-MM-dd HH:mm:ss.fffffff} {what.Text()}");

    /// <summary>Makes the game and a board, whatever goes wrong meanwhile.</summary>
    public ModelBoard Make(BoardDefinition definition)
    {
        while (boards.FindGame(Game) is null)
        {
            Once.Of(store, boards.PutGameAsync(new GameDefinition { Id = Game }));
            Step();
        }

        if (wantsEvents)
        {
            boards.WantEvents(Game, AllEvents);
        }

        while (boardsOfModel.TrueForAll(board => board.Name != definition.Name))
        {
            Put(definition, rebuild: false);
            Step();
        }

        return Board(definition.Name)!;
    }

    public ModelBoard? Board(string name) => boardsOfModel.Find(board => board.Name == name);

    /// <summary>Hands in a submission.</summary>
    public void Submit(ModelBoard board, string player, SubmissionRequest request)
    {
        Tell($"submit {board.Name} {player} {request.Scores} key {request.Key} window {request.Window}");
        var id = ExternalId.Copy(Encoding.UTF8.GetBytes(player));
        Add(new SubmissionWork(board, Current(player), player, request, true, Once.Of(store, boards.SubmitAsync(new BoardId(Game, board.Name), request with { ExternalId = id }))));
    }

    /// <summary>Hands in a submission of someone who is named by his number, as a token does.</summary>
    public void SubmitAs(ModelBoard board, ModelPlayer player, SubmissionRequest request)
    {
        Tell($"submit {board.Name} {player.Number} {request.Scores} key {request.Key} window {request.Window}");
        Add(new SubmissionWork(board, player, player.Id, request, true, Once.Of(store, boards.SubmitAsync(new BoardId(Game, board.Name), request with { Player = player.Number }))));
    }

    /// <summary>Hands in a submission of the classic API.</summary>
    public void SubmitClassic(ModelBoard board, string player, Score score)
    {
        Tell($"classic {board.Name} {player} {score}");
        var task = Once.Of(store, boards.SubmitAsync(new BoardId(Game, board.Name), Encoding.UTF8.GetBytes(player), score));
        var work = new SubmissionWork(board, Current(player), player, new SubmissionRequest { Scores = score }, false, task);
        if (task.IsCompleted)
        {
            // It counts against nothing, now and for ever.
            Decide(work, Time.GetUtcNow(), task.Result);
            return;
        }

        Add(work);
    }

    public void PostProfile(string player, string nickname) => Add(new ProfileWork(Current(player), player, nickname, Once.Of(store, boards.ChangeProfileAsync(
        Game, Encoding.UTF8.GetBytes(player), new ProfileChange { Nickname = Encoding.UTF8.GetBytes(nickname) }))));

    public void Close(ModelBoard board, WindowName window)
    {
        Tell($"close {board.Name} {window}");
        Add(new CloseWork(board, window, Once.Of(store, boards.CloseWindowAsync(new BoardId(Game, board.Name), window))));
    }

    public void Erase(ModelPlayer player)
    {
        Tell($"erase {player.Id} {player.Number}");
        Add(new EraseWork(player, Once.Of(store, boards.DeletePlayerAsync(Game, player.Number))));
    }

    public void Put(BoardDefinition definition, bool rebuild)
    {
        IsRebuilt |= boardsOfModel.Exists(board => board.Name == definition.Name && board.Definition.Keep != definition.Keep);
        Tell($"put {DefinitionJson.Write(definition)} rebuild {rebuild}");
        Add(new BoardWork(definition.Name, definition, rebuild, Once.Of(store, boards.PutBoardAsync(Game, definition, rebuild))));
    }

    public void Delete(ModelBoard board)
    {
        Tell($"delete {board.Name}");
        Add(new DeleteWork(board, Once.Of(store, boards.DeleteBoardAsync(new BoardId(Game, board.Name)))));
    }

    /// <summary>The process dies and another one starts.</summary>
    public void Restart(TimeSpan downtime = default)
    {
        Tell($"restart after {downtime}");
        Time.Advance(downtime);
        boards.Dispose();
        works.Clear();
        Start();
    }

    /// <summary>Lets the committer do one turn of what was handed in, and compares all answers.</summary>
    public void Step()
    {
        Steps++;
        var (now, isHeld) = clock.Read();
        latestWall = Time.GetUtcNow() > latestWall ? Time.GetUtcNow() : latestWall;
        var due = isHeld ? [] : boardsOfModel.SelectMany(board => board.Windows.Where(window => window.IsOpen && IsToClose(board, window, now))).ToList();
        foreach (var work in works)
        {
            NoteForgotten(work);
        }

        store.Calls.Clear();
        call = 0;
        var isAlive = boards.Step();
        if (!isAlive)
        {
            var fault = boards.Ended.Exception!.InnerException!;
            Tell($"died: {fault.Message}");
            _ = fault is CrashException && faults.IsHit ? true : throw new DifferenceException($"the committer ended by itself: {fault}");
        }
        else if (faults.IsHit)
        {
            Tell($"fault {faults.Hit}");
        }

        var diedInCommit = !isAlive && store.DiedIn is { Kind: StoreCallKind.Commit, HasRows: true };
        for (var from = 0; from < works.Count;)
        {
            if (works[from].IsErrand)
            {
                TakeCalls(now, isHeld, works[from].CallsAfter);
                Settle(works[from++], now);
                continue;
            }

            var to = works.FindIndex(from, static work => work.IsErrand);
            to = to < 0 ? works.Count : to;
            TakeCalls(now, isHeld, works[to - 1].CallsAfter);
            Settle(works.GetRange(from, to - from), now, ref diedInCommit);
            from = to;
        }

        works.Clear();
        TakeCalls(now, isHeld, store.Calls.Count);
        Same(store.Calls.Count, call, $"calls that were expected");
        if (store.Violation is { } violation)
        {
            throw new DifferenceException(violation);
        }

        if (!faults.IsHit || faults.Hit == FaultKind.Late)
        {
            foreach (var window in due)
            {
                _ = window.IsOpen ? throw new DifferenceException($"window {window.Number} {window.Name} is due and still open") : true;
            }
        }

        faults.EndStep();
        if (isAlive)
        {
            CheckVersions();
        }
        else
        {
            boards.Dispose();
            Start();
        }
    }

    private static bool IsToClose(ModelBoard board, ModelWindow window, DateTimeOffset now) => ModelBoard.IsDue(window, now) || board.RuleOf(window.Rule) is null;

    private bool IsToClose(WindowClosing closing, DateTimeOffset now) =>
        boardsOfModel.Exists(board => board.Windows.Exists(window => window.Number == closing.Window && IsToClose(board, window, now)));

    private void Start()
    {
        while (true)
        {
            store = new MemoryStore(disk, faults, Time, retention, mutant);
            boards = new LocalBoards(store, [], Time, new LocalBoardsOptions { IsStepped = true });
            clock = new ModelClock(Time);
            call = 0;
            try
            {
                boards.LoadAsync().GetAwaiter().GetResult();
            }
            catch (Exception fault) when (faults.IsHit && fault is CrashException or StoreUnavailableException)
            {
                Tell($"died while loading");
                TakeCalls(Time.GetUtcNow(), isHeld: false, store.Calls.Count);
                faults.EndStep();
                boards.Dispose();
                continue;
            }

            TakeCalls(Time.GetUtcNow(), isHeld: false, store.Calls.Count);
            faults.EndStep();
            break;
        }

        if (wantsEvents && boards.FindGame(Game) is not null)
        {
            boards.WantEvents(Game, AllEvents);
        }

        CheckVersions();
    }

    private void Add(Work work) => works.Add(work);

    private ModelPlayer? Current(string id) => players.Find(player => player.Id == id && !player.IsErased);

    /// <summary>Takes in what the store was given, up to the next call of an errand.</summary>
    private void TakeCalls(DateTimeOffset now, bool isHeld, int upTo)
    {
        for (; call < upTo; call++)
        {
            var made = store.Calls[call];
            switch (made.Kind)
            {
                case StoreCallKind.PutGame:
                    break;

                case StoreCallKind.Register:
                    made.Numbers.ToList().ForEach(Register);
                    break;

                case StoreCallKind.Open:
                    made.Numbers.ToList().ForEach(number => Open(number, now));
                    break;

                case StoreCallKind.Commit when made.Closings is { } closings:
                    if (isHeld || !closings.All(closing => IsToClose(closing, now)))
                    {
                        return;
                    }

                    foreach (var closing in closings)
                    {
                        Close(closing, now);
                    }

                    break;

                case StoreCallKind.Commit:
                    break;

                case StoreCallKind.PutBoard or StoreCallKind.DeleteBoard or StoreCallKind.Replace or StoreCallKind.Erase or StoreCallKind.Other:
                    return;
            }
        }
    }

    private void Register(int number)
    {
        if (players.Exists(player => player.Number.Number == number))
        {
            throw new DifferenceException($"player {number} is registered twice");
        }

        players.Add(new ModelPlayer(Encoding.UTF8.GetString(disk.Games[0].Players[number]), number));
    }

    private void Open(int number, DateTimeOffset now)
    {
        var stored = disk.Window(number).Stored;
        var board = boardsOfModel.Find(board => board.Number == stored.Board);
        if (board is null || board.RuleOf(stored.Rule) is not { } rule)
        {
            throw new DifferenceException($"window {stored} opens without a rule");
        }

        var expected = board.PeriodOf(rule, now);
        if (expected is null && rule is { Kind: WindowKind.Season, Starts: { } starts, Ends: { } ends } && now >= ends && !board.Windows.Exists(window => window.Rule == rule.Name && !window.IsReplaced))
        {
            // A season that was missed opens to be closed.
            expected = new WindowPeriod("", starts, ends);
        }

        Same(expected, new WindowPeriod(stored.Key, stored.Starts, stored.Ends), $"period of window {number} {stored.Name} that opens");
        Same(stored.Ends + rule.Grace, stored.Closes, $"close of window {number}");
        _ = board.Windows.Exists(window => window.IsOpen && window.Name == stored.Name) ? throw new DifferenceException($"window {stored} opens twice") : true;
        Tell($"window {number} {stored.Name} of {board.Name} opens, {stored.Starts:O} to {stored.Ends:O}");
        board.Windows.Add(new ModelWindow
        {
            Number = number,
            Rule = stored.Rule,
            Kind = stored.Kind,
            Key = stored.Key,
            Starts = stored.Starts,
            Ends = stored.Ends,
            Closes = stored.Closes,
        });
    }

    private void Close(WindowClosing closing, DateTimeOffset now)
    {
        var board = boardsOfModel.Find(board => board.Windows.Exists(window => window.Number == closing.Window));
        var window = board?.Windows.Find(window => window.Number == closing.Window);
        if (window is not { IsOpen: true })
        {
            throw new DifferenceException($"window {closing.Window} closes and is not open");
        }

        Same(DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()), closing.At, $"time of the close of window {window.Number}");
        window.Final = ModelScores.Standings(board!.Definition, window.Fed);
        Same(window.Final.Count, closing.Count, $"count of window {window.Number} {window.Name} at its close");
        window.Closing = closing;
        closed.Add(window.Number);
        Tell($"window {window.Number} {window.Name} closes");
    }

    private static void Same<T>(T expected, T actual, [InterpolatedStringHandlerArgument(nameof(expected), nameof(actual))] ref DifferenceWords<T> what)
    {
        if (what.IsDifferent)
        {
            throw new DifferenceException($"{what.Text()}: expected {expected}, was {actual}");
        }
    }
}
