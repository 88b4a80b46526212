using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Scale.Inputs;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>Random players, scores and ids, and what drawing them costs without any use of them.</summary>
internal sealed class Draws(int players, ScoreSource scores, ulong seed = 3)
{
    private SplitMix64 random = new(seed);
    private long order = int.MaxValue;

    /// <summary>A random player.</summary>
    public PlayerId Player() => new(Number());

    /// <summary>A random player's number, or a place of the list.</summary>
    public int Number() => 1 + random.Next(players);

    /// <summary>A random score.</summary>
    public long Score() => scores.Draw(ref random);

    /// <summary>The score after a small rise; beyond the best it begins anew.</summary>
    public long Risen(long score) => (score + 1 + random.Next(scores.LargestRise)) % scores.Range;

    /// <summary>A random player's new entry.</summary>
    public Entry Entry() => new(Player(), new Score(Score()), ++order);

    /// <summary>A player's new entry.</summary>
    public Entry EntryOf(PlayerId player, long score) => new(player, new Score(score), ++order);

    /// <summary>Writes a random player's id.</summary>
    public void WriteId(Span<byte> id) => Ids.Write(Number(), id);

    /// <summary>Only players.</summary>
    public long Players(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += Number();
        }

        return sum;
    }

    /// <summary>Only scores.</summary>
    public long Scores(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += Score();
        }

        return sum;
    }

    /// <summary>Only entries.</summary>
    public long Entries(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            var entry = Entry();
            sum += entry.Player.Number + entry.Score.Value;
        }

        return sum;
    }

    /// <summary>Only ids.</summary>
    public long WrittenIds(int count)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            WriteId(id);
            sum += id[^1];
        }

        return sum;
    }

    /// <summary>Only ids and scores.</summary>
    public long WrittenIdsAndScores(int count)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            WriteId(id);
            sum += id[^1] + Score();
        }

        return sum;
    }

    /// <summary>Nothing.</summary>
    public long Nothing(int count)
    {
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            sum += i;
        }

        return sum;
    }
}
