using System.Diagnostics;
using Jinbang.Ranking;
using Jinbang.Ranking.Sealed;
using Jinbang.Ranking.Tests.Sealed;

namespace Jinbang.Ranking.Tests;

/// <summary>
/// Random sets of every make, changed, read and sealed, with a new seed each. A few here; as many as fit into the minutes of the environment variable JINBANG_TEST_MINUTES.
/// </summary>
public sealed class ManySeedsTests
{
    private const int FewestRounds = 6;

    [Fact]
    public void The_set_the_builder_and_the_sealed_file_agree_with_a_sorted_list()
    {
        var length = TimeSpan.FromMinutes(double.TryParse(Environment.GetEnvironmentVariable("JINBANG_TEST_MINUTES"), out var minutes) ? minutes : 0);
        var began = Stopwatch.GetTimestamp();
        using var folder = new SealedFolder();
        var seeds = new Random(Seeds.New());
        var (rounds, steps) = (0, 0L);
        for (; rounds < FewestRounds || Stopwatch.GetElapsedTime(began) < length; rounds++)
        {
            var seed = seeds.Next();
            try
            {
                steps += Round(new Random(seed), folder);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Round {rounds} with seed {seed} failed: {fault.Message}", fault);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rounds} rounds, {steps:N0} steps, {Stopwatch.GetElapsedTime(began).TotalMinutes:0.0} minutes");
    }

    private static int Round(Random random, SealedFolder folder)
    {
        var (leaf, inner) = random.Next(4) switch { 0 => (128, 64), 1 => (16, 8), 2 => (6, 4), _ => (4, 4) };
        var players = random.Next(1, leaf == 128 ? 3_000 : 400);
        var spread = random.Next(4) == 0 ? 3_000_000 : players;
        var numbers = Enumerable.Range(0, players).Select(number => spread == players ? number + 1 : random.Next(1, spread)).ToArray();
        var order = RandomTables.Next(random, 0, 1).Order;
        var values = random.Next(4) switch { 0 => 1, 1 => 3, 2 => 40, _ => int.MaxValue };
        var set = new RankedSet(order, leaf, inner);
        var model = new StandingsModel(order);
        var steps = random.Next(500, 8_000);
        for (var step = 0; step < steps; step++)
        {
            var player = new PlayerId(numbers[random.Next(players)]);
            if (random.Next(100) < (step * 4 / steps % 2 == 0 ? 10 : 60))
            {
                Assert.Equal(model.Remove(player).IsRanked, set.Remove(player));
            }
            else
            {
                var entry = new Entry(player, RandomTables.Scores(random, order, values), step);
                Assert.Equal(model.Put(entry), set.Put(entry));
            }

            if (leaf < 128 || step % 97 == 0)
            {
                set.CheckInvariants();
            }

            if (step % 701 == 0)
            {
                StandingsChecks.Agree(set, model, random);
            }
        }

        StandingsChecks.Agree(set, model, random);
        var entries = model.Entries.ToArray();
        random.Shuffle(entries);
        var built = RankedSet.Build(order, entries);
        built.CheckInvariants();
        StandingsChecks.Agree(built, model, random);

        var label = new SealedLabel(1, 2, steps);
        SealedFile.Write(folder.File, set, label, static _ => { });
        using var standings = new SealedStandings(folder.File, label, order);
        StandingsChecks.Agree(standings, model, random);
        return steps;
    }
}
