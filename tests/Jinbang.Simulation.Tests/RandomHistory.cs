using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Simulation.Tests.Model;
using Jinbang.Simulation.Tests.Storage;

namespace Jinbang.Simulation.Tests;

/// <summary>A history of 10 to 60 operations, made from a seed.</summary>
internal static class RandomHistory
{
    private static readonly FaultKind[] Kinds =
        [FaultKind.Unavailable, FaultKind.CrashBefore, FaultKind.CrashInside, FaultKind.CrashAfter, FaultKind.CrashAfter, FaultKind.RefusedRow, FaultKind.Late];

    private static readonly string[] Ids = ["a", "b", "c", "d", "e", "f"];

    /// <summary>Runs it.</summary>
    /// <returns>How many steps it took.</returns>
    /// <exception cref="DifferenceException">The boards and the model say different things.</exception>
    public static int Run(int seed, Mutant mutant = Mutant.None, List<string>? told = null)
    {
        var random = new Random(seed);
        var begins = RandomBoards.Beginning(random);
        var (hasMetadata, rebuilds) = random.Next(3) switch { 0 => (true, false), 1 => (false, true), _ => (false, false) };
        TimeSpan? retention = !rebuilds && random.Next(4) == 0 ? TimeSpan.FromDays(7) : null;
        using var simulation = new Simulation(begins, mutant, retention, wantsEvents: random.Next(4) == 0, told);
        var boards = random.Next(3) == 0 ? 2 : 1;
        for (var number = 1; number <= boards; number++)
        {
            simulation.Make(RandomBoards.Board(random, $"board{number}", begins, hasMetadata));
        }

        for (var operations = random.Next(10, 61); operations > 0; operations--)
        {
            Operate(simulation, random, hasMetadata, rebuilds);
        }

        simulation.Faults.Disarm();
        simulation.Step();
        simulation.Check();
        simulation.Restart();
        simulation.Step();
        simulation.Check();
        return simulation.Steps;
    }

    private static void Operate(Simulation simulation, Random random, bool hasMetadata, bool rebuilds)
    {
        switch (random.Next(100))
        {
            case < 24:
                Move(simulation, random);
                break;

            case < 28:
                simulation.Faults.Arm(random.Next(2) == 0 ? FaultKind.None : random.Of(Kinds), random.Next(1, 8));
                simulation.Restart(random.Next(3) == 0 ? TimeSpan.FromHours(random.Next(1, 300)) : default);
                break;

            case < 33:
                simulation.Check();
                break;

            case var _ when simulation.Boards.Count == 0:
                simulation.Put(RandomBoards.Board(random, "board1", simulation.Time.GetUtcNow(), hasMetadata), rebuild: false);
                simulation.Step();
                break;

            default:
                for (var works = random.Next(3) == 0 ? random.Next(1, 7) : 1; works > 0; works--)
                {
                    HandIn(simulation, random, hasMetadata, rebuilds);
                }

                if (random.Next(12) == 0)
                {
                    simulation.Faults.Arm(random.Of(Kinds), random.Next(1, 7));
                }

                simulation.Step();
                break;
        }
    }

    private static void HandIn(Simulation simulation, Random random, bool hasMetadata, bool rebuilds)
    {
        var board = random.Of(simulation.Boards);
        switch (random.Next(100))
        {
            case < 3 when simulation.Players.Count > 0:
                simulation.Erase(random.Of(simulation.Players));
                break;

            case < 6:
                // Once: a second rebuild does not see what the log holds from before the first one.
                var rebuildsNow = rebuilds && !board.Windows.Exists(static window => window.IsReplaced);
                simulation.Put(RandomBoards.Changed(random, board.Definition, simulation.Time.GetUtcNow(), rebuildsNow), rebuild: random.Next(4) > 0);
                break;

            case < 9:
                simulation.Close(board, Name(random, board));
                break;

            case < 13:
                simulation.PostProfile(random.Of(Ids), $"name {random.Next(100)}");
                break;

            case < 17:
                simulation.SubmitClassic(board, random.Of(Ids), new Score(RandomBoards.Scores(random, board.Definition).First));
                break;

            case 17 when random.Next(4) == 0:
                simulation.Delete(board);
                break;

            case < 22 when simulation.Players.Count > 0:
                simulation.SubmitAs(board, random.Of(simulation.Players), Request(random, board, hasMetadata));
                break;

            default:
                simulation.Submit(board, random.Of(Ids), Request(random, board, hasMetadata));
                break;
        }
    }

    private static SubmissionRequest Request(Random random, ModelBoard board, bool hasMetadata) => new()
    {
        Scores = RandomBoards.Scores(random, board.Definition),
        Key = random.Next(3) == 0 ? $"key{random.Next(6)}" : null,
        Metadata = hasMetadata && random.Next(2) == 0 ? [(byte)'1', (byte)('0' + random.Next(2))] : null,
        Window = random.Next(6) == 0 ? Name(random, board) : null,
    };

    private static WindowName Name(Random random, ModelBoard board)
    {
        if (random.Next(3) == 0 && board.Windows.Count > 0)
        {
            return random.Of(board.Windows).Name;
        }

        var rule = random.Of(board.Definition.Windows);
        return new WindowName(rule.Name, rule.Kind is WindowKind.AllTime or WindowKind.Season || random.Next(2) == 0 ? "" : WindowName.Previous);
    }

    private static void Move(Simulation simulation, Random random)
    {
        var now = simulation.Time.GetUtcNow();
        var by = random.Next(20) switch
        {
            < 4 => TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerMinute)),
            < 6 => TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay)),
            6 => TimeSpan.FromDays(random.Next(1, 40)),
            7 => TimeSpan.FromDays(random.Next(40, 500)),
            8 => TimeSpan.FromMinutes(11),
            9 => default(TimeSpan?),
            _ => Moment(simulation, random) is { } moment && moment > now ? moment - now : TimeSpan.FromSeconds(1),
        };
        if (by is { } passes)
        {
            simulation.Time.Advance(passes);
        }
        else
        {
            simulation.Time.Jump(TimeSpan.FromTicks(random.NextInt64(-3 * TimeSpan.TicksPerDay, 3 * TimeSpan.TicksPerDay)));
        }

        simulation.Tell("time moves");
    }

    /// <summary>Just before, at or after an end, a close, or the beginning of a season.</summary>
    private static DateTimeOffset? Moment(Simulation simulation, Random random)
    {
        if (simulation.Boards.Count == 0)
        {
            return null;
        }

        var board = random.Of(simulation.Boards);
        var window = board.Windows.FindLast(window => window.IsOpen && window.Ends is not null);
        var moment = random.Next(4) switch
        {
            0 => random.Of(board.Definition.Windows).Starts,
            1 => window?.Closes,
            2 => random.Of(board.Definition.Windows).Ends,
            _ => window?.Ends,
        };
        return moment?.AddTicks(random.Next(4) switch { 0 => -1, 1 => 0, 2 => 1, _ => TimeSpan.TicksPerSecond });
    }
}
