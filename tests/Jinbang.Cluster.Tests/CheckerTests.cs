using System.Diagnostics;

namespace Jinbang.ClusterTests;

/// <summary>The checker finds nothing in a history that is right, and each fault that is planted into it.</summary>
public sealed class CheckerTests
{
    private const int AllTime = 1;
    private const int Season = 2;

    private static readonly TimeSpan HeadAge = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("best")]
    [InlineData("sum")]
    [InlineData("latest")]
    [InlineData("first")]
    public void Nothing_is_found_where_nothing_is_wrong(string keep) => Assert.Empty(Check(Right(keep)));

    [Fact]
    public void A_lost_score_is_found() => Finds("LOST: 30 of ann", history => history with { Log = Renumber(history.Log.Where(static row => row.Key != "k4")) });

    [Fact]
    public void A_score_that_is_stored_twice_is_found() => Finds("key k1 is stored 2 times", static history => history with { Log = [.. history.Log, history.Log[0] with { Number = 5 }] });

    [Fact]
    public void A_gap_in_the_log_is_found() => Finds("row 5 comes where 4 was expected", static history => history with { Log = [.. history.Log.Take(3), history.Log[3] with { Number = 5 }] });

    [Fact]
    public void A_row_that_was_decided_with_something_missing_is_found() => Finds(
        "the model", static history => history with { Log = [.. history.Log.Take(3), history.Log[3] with { Lines = [history.Log[3].Lines[0] with { Rank = 2 }] }] });

    [Fact]
    public void A_receipt_that_says_something_else_than_the_log_is_found() => Finds(
        "the receipt of k2 says", static history => Replace(history, static call => call.Key == "k2", static call => call with { Answer = call.Answer! with { Rank = 2 } }));

    [Fact]
    public void A_key_that_was_acknowledged_twice_as_the_first_is_found() => Finds(
        "key k1 was acknowledged as the first more than once",
        static history => history with { Calls = [.. history.Calls, history.Calls.Single(static call => call.Key == "k1") with { Began = At(500), Ended = At(501) }] });

    [Fact]
    public void A_score_that_was_stored_before_one_that_had_ended_when_it_began_is_found() => Finds(
        "although 2 was acknowledged before it began", static history => Replace(history, static call => call.Key == "k1", static call => call with { Began = At(26), Ended = At(27) }));

    [Fact]
    public void An_own_score_that_is_older_than_what_was_acknowledged_is_found() => Finds(
        "Own of ann", static history => Replace(history, static call => call.Kind == CallKind.Own, static call => call with { Answer = new Told("", 2, 0, 2, 10, false) }));

    [Fact]
    public void A_score_that_is_shown_before_anybody_submitted_it_is_found() => Finds(
        "Own of ann", static history => Replace(history, static call => call.Kind == CallKind.Own, static call => call with { Began = At(1), Ended = At(2) }));

    [Fact]
    public void A_head_that_is_older_than_its_bound_is_found() => Finds(
        "Head of", static history => Replace(history, static call => call.Version == 9, static call => call with { Began = At(1_000), Ended = At(1_001), Lines = [("ann", 10)] }));

    [Fact]
    public void A_head_within_its_bound_is_let_pass() => Assert.Empty(Check(Replace(
        Right("best"), static call => call.Version == 9, static call => call with { Began = At(105), Ended = At(106), Lines = [("bob", 20), ("ann", 10)] })));

    [Fact]
    public void A_head_that_misses_a_line_is_found() => Finds(
        "Head of", static history => Replace(history, static call => call.Version == 9, static call => call with { Lines = [.. call.Lines!.Skip(1)] }));

    [Fact]
    public void A_head_with_an_older_version_than_one_before_is_found_also_when_a_third_came_between() => Finds(
        "server 1 showed version 7 after 9",
        static history => history with
        {
            Calls =
            [
                .. history.Calls,
                Head(began: 240, ended: 241, version: 8) with { Server = 2 },
                Head(began: 250, ended: 251, version: 7),
            ],
        });

    [Fact]
    public void Heads_that_overlap_may_come_in_any_order() => Assert.Empty(Check(Right("best") with
    {
        Calls = [.. Right("best").Calls, Head(began: 200, ended: 220, version: 8)],
    }));

    [Fact]
    public void A_window_that_closed_with_two_events_is_found() => Finds("window 2 closed with 2 events", static history => WithSeason(history, static season => season with { CloseEvents = 2 }));

    [Fact]
    public void A_window_that_closed_without_an_event_is_found() => Finds("window 2 closed with 0 events", static history => WithSeason(history, static season => season with { CloseEvents = 0 }));

    [Fact]
    public void A_close_event_of_an_open_window_is_found() => Finds("window 2 is open and has 1 close events", static history => WithSeason(history, static season => season with { State = 1 }));

    [Fact]
    public void A_window_that_changed_after_its_close_is_found() => Finds("was changed later", static history => WithSeason(history, static season => season with { LastOrder = 1 }));

    [Fact]
    public void A_window_that_lost_an_entry_is_found() => Finds("window 2 closed with 1 entries, the model has 2", static history => WithSeason(history, static season => season with { Count = 1 }));

    private static void Finds(string fault, Func<BoardHistory, BoardHistory> plant)
    {
        var faults = Check(plant(Right("best")));
        Assert.Contains(faults, found => found.Contains(fault, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Check(BoardHistory history) => new Checker(history, HeadAge).Check();

    /// <summary>Ann 10, Bob 20, Bob 5, Ann 30; the season closes after the second. Then Ann looks at herself and at the first lines.</summary>
    private static BoardHistory Right(string keep)
    {
        var bob = keep switch { "sum" => 25L, "latest" => 5L, _ => 20L };
        var ann = keep switch { "sum" => 40L, "first" => 10L, _ => 30L };
        var bobChanges = keep is "sum" or "latest";
        var annChanges = keep != "first";
        var bobRank = keep == "latest" ? 2 : 1;
        var annRank = annChanges ? 1 : 2;
        var annBefore = keep == "latest" ? 1 : 2;
        LogRow[] log =
        [
            new(1, "ann", 1, 10, "k1", [new(AllTime, 1, 1, 0, 1, 10), new(Season, 1, 1, 0, 1, 10)]),
            new(2, "bob", 2, 20, "k2", [new(AllTime, 1, 1, 0, 2, 20), new(Season, 1, 1, 0, 2, 20)]),
            new(3, "bob", bobChanges ? 3 : 0, 5, "k3", [new(AllTime, bobChanges ? 2 : 3, bobRank, 1, 2, bob)]),
            new(4, "ann", annChanges ? 4 : 0, 30, "k4", [new(AllTime, annChanges ? 2 : 3, annRank, annBefore, 2, ann)]),
        ];
        var lines = new[] { ("ann", ann), ("bob", bob) }.OrderByDescending(static line => line.Item2).ToList();
        return new BoardHistory
        {
            Name = keep,
            Keep = keep,
            AllTime = AllTime,
            Log = log,
            Windows = [new(AllTime, "all_time", 1, 0, 0, 0), new(Season, "season", 2, 2, 2, 1)],
            Calls =
            [
                .. log.Select((row, index) => new Call
                {
                    Kind = CallKind.Submit,
                    Board = keep,
                    Player = row.Player,
                    Server = index % 2,
                    Began = At((index * 10) + 10),
                    Ended = At((index * 10) + 15),
                    Status = 200,
                    Key = row.Key,
                    Score = row.Score,
                    Answer = new Told("", row.Lines[0].Rank, row.Lines[0].RankBefore, row.Lines[0].Count, row.Lines[0].Kept, false),
                }),
                new Call { Kind = CallKind.Own, Board = keep, Player = "ann", Server = 0, Began = At(200), Ended = At(201), Status = 200, Answer = new Told("", annRank, 0, 2, ann, false) },
                Head(began: 210, ended: 211, version: 9) with { Board = keep, Lines = lines },
            ],
        };
    }

    private static Call Head(int began, int ended, long version) => new()
    {
        Kind = CallKind.Head,
        Board = "best",
        Player = "",
        Server = 1,
        Began = At(began),
        Ended = At(ended),
        Status = 200,
        Version = version,
        Lines = [("ann", 30), ("bob", 20)],
    };

    private static BoardHistory Replace(BoardHistory history, Func<Call, bool> which, Func<Call, Call> change) =>
        history with { Calls = [.. history.Calls.Select(call => which(call) ? change(call) : call)] };

    private static BoardHistory WithSeason(BoardHistory history, Func<WindowRow, WindowRow> change) => history with { Windows = [history.Windows[0], change(history.Windows[1])] };

    private static IReadOnlyList<LogRow> Renumber(IEnumerable<LogRow> rows) => [.. rows.Select(static (row, index) => row with { Number = index + 1 })];

    /// <summary>A timestamp, so many milliseconds after the beginning.</summary>
    private static long At(int milliseconds) => milliseconds * (Stopwatch.Frequency / 1_000);
}
