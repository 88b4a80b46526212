using System.Collections.Concurrent;
using System.Diagnostics;
using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>
/// Readers beside a writer that never pauses, every answer written down with the moments it was asked and given, and the whole history checked afterwards: there must be one order of all
/// calls, in which a call that ended before another began comes before it, and in which every answer is what a sorted list says.
/// </summary>
public sealed class LinearizabilityTests
{
    private const int Players = 400;

    /// <summary>Leaf and inner capacity, and the readers. Small nodes: changes split and join all the time.</summary>
    [Theory]
    [InlineData(4, 4, 1)]
    [InlineData(4, 4, 3)]
    [InlineData(128, 64, 2)]
    public void Every_answer_fits_into_one_order_of_all_calls(int leafCapacity, int innerCapacity, int readers)
    {
        var seed = Seeds.New();
        var changes = Changes(seed, 30_000);
        var set = new RankedSet(ScoreOrder.HigherIsBetter, leafCapacity, innerCapacity);
        var gate = new FairLock();
        var (begun, done) = (0, 0);
        var answers = new ConcurrentBag<Answer>();
        var threads = Enumerable.Range(1, readers).Select(reader => new Thread(() =>
        {
            var random = new Random(seed + reader);
            while (Volatile.Read(ref done) < changes.Length)
            {
                var player = new PlayerId(random.Next(1, Players + 1));
                var kind = (Question)random.Next(4);
                var rows = new Standing[kind == Question.Around ? 7 : 12];
                var (from, asked) = (Volatile.Read(ref done), Stopwatch.GetTimestamp());
                var rank = default(Rank);
                var length = 0;
                using (gate.Enter())
                {
                    switch (kind)
                    {
                        case Question.Rank:
                            rank = set.RankOf(player);
                            break;
                        case Question.DenseRank:
                            rank = set.RankOf(player, new Reading(RankStyle.Dense));
                            break;
                        case Question.Around:
                            length = set.CopyAround(player, rows);
                            break;
                        case Question.Top:
                            length = set.CopyRange(new Rank(1), rows);
                            break;
                    }
                }

                var given = Stopwatch.GetTimestamp();
                answers.Add(new Answer(kind, player, rank, rows[..length], asked, given, from, Volatile.Read(ref begun)));
            }
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        for (var i = 0; i < changes.Length; i++)
        {
            Volatile.Write(ref begun, i + 1);
            using (gate.Enter())
            {
                Apply(set, changes[i]);
            }

            Volatile.Write(ref done, i + 1);
        }

        threads.ForEach(static thread => thread.Join());
        set.CheckInvariants();
        Assert.True(answers.Count > 500, $"Only {answers.Count} answers were given.");
        Check([.. answers.OrderBy(static answer => answer.Asked)], changes);
    }

    /// <summary>
    /// Gives every answer the earliest version of the set it can be of: not before what was done when it was asked, nor before the version of any answer given before it
    /// was asked. If that fails for one answer, no other choice would have helped it.
    /// </summary>
    private static void Check(Answer[] answers, Change[] changes)
    {
        var versions = new Versions(changes);
        var ended = new PriorityQueue<int, long>();
        var least = 0;
        foreach (var answer in answers)
        {
            while (ended.TryPeek(out var version, out var given) && given < answer.Asked)
            {
                least = Math.Max(least, version);
                ended.Dequeue();
            }

            var first = Math.Max(least, answer.From);
            var fits = first;
            while (fits <= answer.Until && !versions.Allow(fits, answer))
            {
                fits++;
            }

            Assert.True(fits <= answer.Until, $"{answer.Kind} of {answer.Player} fits no version from {first} to {answer.Until}.");
            ended.Enqueue(fits, answer.Given);
        }
    }

    private static Change[] Changes(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Change(
            new Entry(new PlayerId(random.Next(1, Players + 1)), new Score(random.Next(60)), i), Removes: random.Next(5) == 0))];
    }

    private static void Apply(RankedSet set, Change change)
    {
        if (change.Removes)
        {
            set.Remove(change.Entry.Player);
        }
        else
        {
            set.Put(change.Entry);
        }
    }

    private enum Question
    {
        Rank,
        DenseRank,
        Around,
        Top,
    }

    private readonly record struct Change(Entry Entry, bool Removes);

    /// <summary>An answer: it may be of any version from the changes done when it was asked to those begun when it was given.</summary>
    private sealed record Answer(Question Kind, PlayerId Player, Rank Rank, Standing[] Rows, long Asked, long Given, int From, int Until);

    /// <summary>The set after every number of changes, of a plain model: the last ones asked for are kept.</summary>
    private sealed class Versions(Change[] changes)
    {
        private readonly Dictionary<int, List<Standing>[]> kept = [];
        private readonly StandingsModel model = new(ScoreOrder.HigherIsBetter);
        private int applied;

        public bool Allow(int version, Answer answer)
        {
            var tables = At(version);
            return answer.Kind switch
            {
                Question.Rank => RankIn(tables[0], answer.Player) == answer.Rank,
                Question.DenseRank => RankIn(tables[1], answer.Player) == answer.Rank,
                Question.Around => Around(tables[0], answer.Player, 7).SequenceEqual(answer.Rows),
                Question.Top => tables[0].Take(12).SequenceEqual(answer.Rows),
            };
        }

        private List<Standing>[] At(int version)
        {
            while (applied < version)
            {
                var change = changes[applied++];
                if (change.Removes)
                {
                    model.Remove(change.Entry.Player);
                }
                else
                {
                    model.Put(change.Entry);
                }

                kept[applied] = [model.Read(default), model.Read(new Reading(RankStyle.Dense))];
                kept.Remove(applied - 2_000);
            }

            return version == 0 ? [[], []] : kept[version];
        }

        private static Rank RankIn(List<Standing> table, PlayerId player) => table.Find(standing => standing.Entry.Player == player).Rank;

        private static IEnumerable<Standing> Around(List<Standing> table, PlayerId player, int length)
        {
            var at = table.FindIndex(standing => standing.Entry.Player == player);
            var rows = Math.Min(length, table.Count);
            return at < 0 ? [] : table.Skip(Math.Clamp(at - ((rows - 1) / 2), 0, table.Count - rows)).Take(rows);
        }
    }
}
