using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

/// <summary>
/// Every question that standings answer, with the answer the model gives. A question is asked of any standings that hold the model's entries, more than
/// once if need be: the right answers are worked out when it is made.
/// </summary>
internal static class StandingsChecks
{
    public static readonly Reading[] Readings =
    [
        .. from style in Enum.GetValues<RankStyle>() from ties in Enum.GetValues<TieOrder>() select new Reading(style, ties),
    ];

    /// <summary>Asks everything once with random arguments.</summary>
    public static void Agree(Standings standings, StandingsModel model, Random random)
    {
        foreach (var ask in Questions(model, random))
        {
            ask(standings);
        }
    }

    /// <summary>Every kind of question at least once in every reading, with random arguments.</summary>
    public static IEnumerable<Action<Standings>> Questions(StandingsModel model, Random random)
    {
        yield return Expect("Count", model.Count, static standings => standings.Count);
        yield return Expect("DistinctCount", model.DistinctCount, static standings => standings.DistinctCount);
        foreach (var ask in Entries(model, random).Concat(Counts(model, random)))
        {
            yield return ask;
        }

        foreach (var reading in Readings)
        {
            foreach (var ask in Places(model, random, reading).Concat(Lists(model, random, reading)))
            {
                yield return ask;
            }
        }
    }

    private static IEnumerable<Action<Standings>> Entries(StandingsModel model, Random random)
    {
        foreach (var player in SomePlayers(model, random))
        {
            yield return Expect($"TryGet({player})", model.TryGet(player, out var entry) ? entry : null, standings => standings.TryGet(player, out var its) ? its : (Entry?)null);
            yield return Expect($"RankOf({player})", model.RankOf(player), standings => standings.RankOf(player));
        }

        yield return Expect("EntryAt(0)", "refused", static standings => IsRefused(() => standings.EntryAt(default)));
        yield return Expect("EntryAt(Count + 1)", "refused", standings => IsRefused(() => standings.EntryAt(new Rank(model.Count + 1))));
        yield return Expect("CopyRange(0)", "refused", static standings => IsRefused(() => standings.CopyRange(default, new Entry[1])));
        foreach (var first in SomePlaces(model, random))
        {
            var length = ALength(model, random);
            if (first <= model.Count)
            {
                yield return Expect($"EntryAt({first})", model.Entries[first - 1], standings => standings.EntryAt(new Rank(first)));
            }

            yield return ExpectRows($"CopyRange({first}, {length} entries)", [.. model.Entries.Skip(first - 1).Take(length)], length, (standings, rows) => standings.CopyRange(new Rank(first), rows));
        }
    }

    private static IEnumerable<Action<Standings>> Counts(StandingsModel model, Random random)
    {
        foreach (var scores in SomeScores(model, random))
        {
            yield return Expect($"CountBetter({scores})", model.CountBetter(scores), standings => standings.CountBetter(scores));
            yield return Expect($"CountEqual({scores})", model.CountEqual(scores), standings => standings.CountEqual(scores));
            yield return Expect($"CountWorse({scores})", model.CountWorse(scores), standings => standings.CountWorse(scores));
            yield return Expect($"PercentileOf({scores})", model.PercentileOf(scores), standings => standings.PercentileOf(scores));
        }

        decimal[] percents = [0, 100, 50, random.Next(0, 101), random.Next(0, 1_000_001) / 10_000m, model.Count == 0 ? 1 : random.Next(0, model.Count + 1) * 100m / model.Count];
        foreach (var percent in percents)
        {
            yield return Expect($"ScoresAtPercentile({percent})", model.ScoresAtPercentile(percent), standings => standings.ScoresAtPercentile(percent));
        }

        yield return Expect("ScoresAtPercentile(-1)", "refused", static standings => IsRefused(() => standings.ScoresAtPercentile(-0.01m)));
        yield return Expect("ScoresAtPercentile(101)", "refused", static standings => IsRefused(() => standings.ScoresAtPercentile(100.01m)));
        if (model.Order.Columns < ScoreColumns.Most)
        {
            var tooMany = new ScoreColumns(0, 0, 0, 1);
            yield return Expect("CountBetter(too many columns)", "refused", standings => IsRefused(() => standings.CountBetter(tooMany)));
            yield return Expect("RankFor(too many columns)", "refused", standings => IsRefused(() => standings.RankFor(tooMany)));
        }
    }

    private static IEnumerable<Action<Standings>> Places(StandingsModel model, Random random, Reading reading)
    {
        foreach (var player in SomePlayers(model, random))
        {
            yield return Expect($"RankOf({player}, {reading})", model.RankOf(player, reading), standings => standings.RankOf(player, reading));
            yield return Expect($"Find({player}, {reading})", model.Find(player, reading), standings => standings.Find(player, reading));
            var scores = Pick(SomeScores(model, random), random);
            yield return Expect($"RankFor({scores}, {reading}, {player})", model.RankFor(scores, reading, player), standings => standings.RankFor(scores, reading, player));
        }

        foreach (var scores in SomeScores(model, random))
        {
            yield return Expect($"RankFor({scores}, {reading})", model.RankFor(scores, reading, default), standings => standings.RankFor(scores, reading));
        }

        foreach (var place in SomePlaces(model, random))
        {
            var rank = new Rank(place);
            var player = Pick(SomePlayers(model, random), random);
            yield return Expect($"ScoresNeededFor({rank}, {reading})", model.ScoresNeededFor(rank, reading, default), standings => standings.ScoresNeededFor(rank, reading));
            yield return Expect($"ScoresNeededFor({rank}, {reading}, {player})", model.ScoresNeededFor(rank, reading, player), standings => standings.ScoresNeededFor(rank, reading, player));
        }

        yield return Expect("ScoresNeededFor(0)", "refused", standings => IsRefused(() => standings.ScoresNeededFor(default, reading)));
    }

    private static IEnumerable<Action<Standings>> Lists(StandingsModel model, Random random, Reading reading)
    {
        foreach (var first in SomePlaces(model, random))
        {
            var length = ALength(model, random);
            yield return ExpectRows($"CopyRange({first}, {length}, {reading})", [.. model.Read(reading).Skip(first - 1).Take(length)], length, (standings, rows) => standings.CopyRange(new Rank(first), rows, reading));
        }

        foreach (var player in SomePlayers(model, random))
        {
            var length = ALength(model, random);
            yield return ExpectRows($"CopyAround({player}, {length}, {reading})", model.Around(player, length, reading), length, (standings, rows) => standings.CopyAround(player, rows, reading));
        }

        for (var i = 0; i < 4; i++)
        {
            var (best, worst) = (Pick(SomeScores(model, random), random), Pick(SomeScores(model, random), random));
            if (i > 0 && model.IsBetter(worst, best))
            {
                (best, worst) = (worst, best);
            }

            var length = ALength(model, random);
            var skip = random.Next(4) switch { 0 => 0, 1 => int.MaxValue, _ => random.Next(0, model.Count + 2) };
            yield return ExpectRows($"CopyScoreRange({best}, {worst}, {skip}, {length}, {reading})", model.InScoreRange(best, worst, skip, length, reading), length, (standings, rows) => standings.CopyScoreRange(best, worst, skip, rows, reading));
        }

        yield return Expect("CopyRange(0)", "refused", standings => IsRefused(() => standings.CopyRange(default, new Standing[1], reading)));
        yield return Expect("CopyScoreRange(skip -1)", "refused", standings => IsRefused(() => standings.CopyScoreRange(default, default, -1, new Standing[1], reading)));
    }

    /// <summary>Two who are there (if any), one who may be, and players whom no table has.</summary>
    private static IEnumerable<PlayerId> SomePlayers(StandingsModel model, Random random)
    {
        for (var i = 0; i < 2 && model.Count > 0; i++)
        {
            var player = Pick(model.Entries, random).Player;
            yield return player;
            yield return new PlayerId(player.Number + random.Next(1, 3));
        }

        yield return default;
        yield return new PlayerId(int.MaxValue - random.Next(1, 3));
        yield return new PlayerId(-1);
    }

    /// <summary>Scores of an entry, scores beside it in one column, the ends of all scores, and any scores.</summary>
    private static IEnumerable<ScoreColumns> SomeScores(StandingsModel model, Random random)
    {
        for (var i = 0; i < 2 && model.Count > 0; i++)
        {
            var scores = Pick(model.Entries, random).Scores;
            yield return scores;
            yield return With(scores, random.Next(model.Order.Columns), value => unchecked(value + random.Next(-1, 2)));
        }

        yield return model.Best();
        yield return model.Worst();
        var any = default(ScoreColumns);
        for (var column = 0; column < model.Order.Columns; column++)
        {
            any = With(any, column, _ => random.Next(2) == 0 ? random.Next(-3, 4) : random.NextInt64(long.MinValue, long.MaxValue));
        }

        yield return any;
    }

    private static IEnumerable<int> SomePlaces(StandingsModel model, Random random) =>
        [1, random.Next(1, model.Count + 2), random.Next(1, model.Count + 2), Math.Max(1, model.Count), model.Count + 1, int.MaxValue];

    private static int ALength(StandingsModel model, Random random) =>
        random.Next(5) switch { 0 => random.Next(0, 4), 1 => random.Next(0, model.Count + 3), _ => random.Next(1, 60) };

    private static T Pick<T>(IEnumerable<T> choices, Random random)
    {
        var all = choices as IReadOnlyList<T> ?? [.. choices];
        return all[random.Next(all.Count)];
    }

    private static ScoreColumns With(ScoreColumns scores, int column, Func<long, long> change) => column switch
    {
        0 => scores with { First = change(scores.First) },
        1 => scores with { Second = change(scores.Second) },
        2 => scores with { Third = change(scores.Third) },
        _ => scores with { Fourth = change(scores.Fourth) },
    };

    private static Action<Standings> Expect<T>(string question, T expected, Func<Standings, T> ask) => standings =>
    {
        var answer = ask(standings);
        if (!EqualityComparer<T>.Default.Equals(expected, answer))
        {
            Assert.Fail($"{question} is {expected}, not {answer}.");
        }
    };

    private static Action<Standings> ExpectRows<T>(string question, List<T> expected, int length, Func<Standings, T[], int> ask)
        where T : struct, IEquatable<T>
    {
        return standings =>
        {
            var rows = new T[length];
            var copied = ask(standings, rows);
            Assert.True(expected.Count == copied, $"{question} are {expected.Count} rows, not {copied}.");
            for (var i = 0; i < copied; i++)
            {
                if (!expected[i].Equals(rows[i]))
                {
                    Assert.Fail($"{question}: row {i} is {expected[i]}, not {rows[i]}.");
                }
            }
        };
    }

    private static string IsRefused<T>(Func<T> ask)
    {
        try
        {
            return $"{ask()}";
        }
        catch (ArgumentException)
        {
            return "refused";
        }
    }
}
