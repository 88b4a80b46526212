using Jinbang.Bench.Scale.Cases;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Fairness;

/// <summary>Shared under the runtime's own lock.</summary>
internal sealed class PlainlyShared(RankedSet window, int putsPerHold) : SharedWindow(putsPerHold == 1 ? "Lock, each put" : $"Lock, {putsPerHold} puts")
{
    private readonly Lock access = new();

    /// <inheritdoc />
    public override int Write(Draws draws)
    {
        lock (access)
        {
            for (var put = 0; put < putsPerHold; put++)
            {
                window.Put(draws.Entry());
            }
        }

        return putsPerHold;
    }

    /// <inheritdoc />
    public override int Rank(PlayerId player)
    {
        lock (access)
        {
            return window.RankOf(player).Place;
        }
    }
}
