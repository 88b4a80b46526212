using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Simulation.Tests.Storage;

namespace Jinbang.Simulation.Tests;

/// <summary>
/// What happens once, with each fault at each call to the store in turn, until the fault comes too late to be met. Whatever went wrong, the boards go on as the
/// model says, and what was handed in again is done.
/// </summary>
public sealed class EveryStepTests
{
    private const int MostCalls = 100;

    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly WindowRule Daily = new() { Name = "daily", Kind = WindowKind.Daily, Zone = "Asia/Shanghai", Grace = TimeSpan.FromHours(1) };

    private static readonly BoardDefinition Board = new()
    {
        Name = "main",
        Ledger = true,
        Windows =
        [
            new WindowRule { Name = "all_time", Kind = WindowKind.AllTime },
            Daily,
            new WindowRule { Name = "weekly", Kind = WindowKind.Weekly, Zone = "Europe/Berlin", Grace = TimeSpan.FromDays(2) },
        ],
    };

    public static TheoryData<string> Kinds => [.. Enum.GetNames<FaultKind>().Where(static name => name != nameof(FaultKind.None))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_submission_into_three_windows_happens_as_a_whole_or_not_at_all(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        Submit(simulation, "new", 7, "key");
        simulation.Step();
        Submit(simulation, "new", 7, "key");
        simulation.Step();
        Submit(simulation, "new", 8, "key");
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_turn_of_many_submissions_of_the_same_players_is_answered_as_if_one_came_after_the_other(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        foreach (var score in Enumerable.Range(0, 12))
        {
            Submit(simulation, $"player{score % 3}", score * 5 % 7, score % 4 == 0 ? $"key{score % 8}" : null);
        }

        simulation.PostProfile("player1", "name");
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_window_that_is_over_closes_once_and_takes_nothing_more(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        simulation.Time.Advance(TimeSpan.FromHours(4.5));
        Submit(simulation, "a", 9, null, new WindowName("daily", WindowName.Previous));
        simulation.Step();
        simulation.Time.Advance(TimeSpan.FromHours(1));
        Submit(simulation, "a", 10, null, new WindowName("daily", WindowName.Previous));
        simulation.Step();
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Windows_of_several_boards_whose_ends_were_missed_close_in_their_order(string kind) => Everywhere(kind, Many, static simulation =>
    {
        simulation.Restart(TimeSpan.FromDays(40));
        simulation.Step();
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_season_that_was_missed_opens_and_closes(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        simulation.Put(Board with { Windows = [.. Board.Windows, new WindowRule { Name = "season", Kind = WindowKind.Season, Starts = Noon.AddDays(1), Ends = Noon.AddDays(2) }] }, false);
        simulation.Step();
        simulation.Time.Advance(TimeSpan.FromDays(3));
        simulation.Step();
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fold_that_stops_anywhere_leaves_the_entries_as_they_are(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        foreach (var score in Enumerable.Range(0, 9))
        {
            Submit(simulation, $"player{score % 5}", score, null);
        }

        for (var step = 0; step < 8; step++)
        {
            simulation.Step();
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_rebuild_leaves_all_of_the_old_or_all_of_the_new(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        simulation.Put(Board with { Keep = KeepRule.Latest }, rebuild: true);
        Submit(simulation, "a", 2, null);
        simulation.Step();
        Submit(simulation, "b", 1, "key");
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_player_is_erased_everywhere_or_nowhere(string kind) => Everywhere(kind, Many, static simulation =>
    {
        simulation.Time.Advance(TimeSpan.FromDays(1));
        simulation.Step();
        var player = simulation.Players[0];
        simulation.Erase(player);
        Submit(simulation, player.Id, 4, "key");
        simulation.Step();
        simulation.SubmitAs(simulation.Boards[0], player, new SubmissionRequest { Scores = new ScoreColumns(9) });
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_board_is_made_with_its_first_window(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        simulation.Make(Board with { Name = "other" });
        simulation.Submit(simulation.Board("other"), "a", new SubmissionRequest { Scores = new ScoreColumns(5) });
        simulation.Step();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_operator_closes_a_window_early_while_the_one_before_can_still_be_named(string kind) => Everywhere(kind, Begin, static simulation =>
    {
        simulation.Time.Advance(TimeSpan.FromHours(4.5));
        Submit(simulation, "a", 6, null);
        simulation.Step();
        simulation.Close(simulation.Boards[0], new WindowName("daily"));
        simulation.Step();
        simulation.Time.Advance(TimeSpan.FromHours(1));
        Submit(simulation, "a", 7, null);
        simulation.Step();
        Submit(simulation, "b", 8, null);
        simulation.Step();
    });

    [Fact]
    public void Works_that_were_answered_before_the_committer_ended_are_not_answered_again()
    {
        using var simulation = Begin();
        simulation.Close(simulation.Boards[0], new WindowName("daily"));
        simulation.Close(simulation.Boards[0], new WindowName("weekly"));
        simulation.Faults.Arm(FaultKind.CrashAfter, 2);
        simulation.Step();
        simulation.Check();
    }

    [Fact]
    public void A_key_that_comes_twice_in_a_turn_is_answered_by_what_is_stored()
    {
        using var simulation = Begin();
        Submit(simulation, "a", 6, "key");
        simulation.Step();
        Submit(simulation, "a", 7, "key");
        Submit(simulation, "a", 6, "key");
        Submit(simulation, "a", 7, "key");
        simulation.Step();
    }

    [Fact]
    public void A_second_rebuild_keeps_what_a_player_had_when_his_next_submission_changed_nothing()
    {
        using var simulation = Begin();
        simulation.Put(Board with { Keep = KeepRule.Latest }, rebuild: true);
        simulation.Step();
        Submit(simulation, "c", 4, "key");
        simulation.Step();
        simulation.Put(Board with { Keep = KeepRule.First }, rebuild: true);
        simulation.Step();
        simulation.Check();
    }

    /// <summary>A board with a few entries, some of them folded.</summary>
    private static Simulation Begin()
    {
        var simulation = new Simulation(Noon);
        simulation.Make(Board);
        Fill(simulation);
        return simulation;
    }

    private static Simulation Many()
    {
        var simulation = Begin();
        simulation.Make(Board with { Name = "monthly", Windows = [new WindowRule { Name = "monthly", Kind = WindowKind.Monthly, Zone = "America/New_York" }, Daily with { Zone = "UTC" }] });
        simulation.Make(Board with { Name = "lord-howe", Windows = [Daily with { Zone = "Australia/Lord_Howe", Grace = TimeSpan.Zero }] });
        Fill(simulation);
        return simulation;
    }

    private static void Fill(Simulation simulation)
    {
        foreach (var board in simulation.Boards)
        {
            foreach (var (player, score) in new[] { ("a", 3), ("b", 5), ("c", 4), ("a", 5) })
            {
                simulation.Submit(board, player, new SubmissionRequest { Scores = new ScoreColumns(score) });
            }
        }

        simulation.Step();
    }

    private static void Submit(Simulation simulation, string player, long score, string? key, WindowName? window = null) =>
        simulation.Submit(simulation.Boards[0], player, new SubmissionRequest { Scores = new ScoreColumns(score), Key = key, Window = window });

    private static void Everywhere(string kind, Func<Simulation> begin, Action<Simulation> act)
    {
        for (var call = 1; call < MostCalls; call++)
        {
            using var simulation = begin();
            simulation.Faults.ArmAcross(Enum.Parse<FaultKind>(kind), call);
            try
            {
                act(simulation);
                var isHit = simulation.Faults.WasHit;
                simulation.Faults.Disarm();
                simulation.Step();
                simulation.Check();
                simulation.Restart();
                simulation.Step();
                simulation.Check();
                if (!isHit)
                {
                    Assert.True(call > 2, "No call to the store was met.");
                    return;
                }
            }
            catch (DifferenceException difference)
            {
                Assert.Fail($"With {kind} at call {call}: {difference.Message}");
            }
        }

        Assert.Fail($"There are more than {MostCalls} calls to the store.");
    }
}
