using Jinbang.Bench.Scale.Cases;
using Jinbang.Ranking;

namespace Jinbang.Bench.Scale.Fairness;

/// <summary>Shared under the fair lock, as boards are.</summary>
internal sealed class FairlyShared(RankedSet window) : SharedWindow(WayName)
{
    /// <summary>What the report calls it.</summary>
    public const string WayName = "FairLock, each put";

    private readonly FairLock access = new();

    /// <inheritdoc />
    public override int Write(Draws draws)
    {
        using (access.Enter())
        {
            window.Put(draws.Entry());
        }

        return 1;
    }

    /// <inheritdoc />
    public override int Rank(PlayerId player)
    {
        using (access.Enter())
        {
            return window.RankOf(player).Place;
        }
    }
}
