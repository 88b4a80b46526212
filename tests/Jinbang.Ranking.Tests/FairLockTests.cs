using System.Diagnostics;
using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

public sealed class FairLockTests
{
    [Fact]
    public async Task One_holder_at_a_time_who_sees_what_the_others_did()
    {
        var gate = new FairLock();
        var (count, inside, broken) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                using (gate.Enter())
                {
                    broken += ++inside == 1 ? 0 : 1;
                    count++;
                    inside--;
                }
            }
        })));
        Assert.Equal((400_000, 0), (count, broken));
    }

    /// <summary>Each side does its hundred thousand holds against the other, which never pauses; a lock that lets one of them starve does not end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Neither_a_reader_beside_a_writer_without_pause_nor_the_writer_beside_readers_starves(int readers)
    {
        var gate = new FairLock();
        var stop = false;
        var held = new long[readers + 1];
        var threads = Enumerable.Range(0, readers + 1).Select(number => new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                using (gate.Enter())
                {
                    held[number]++;
                    Thread.SpinWait(number == 0 ? 40 : 10);
                }
            }
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        var began = Stopwatch.GetTimestamp();
        while (held.Any(static holds => Volatile.Read(ref holds) < 10_000) && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            Thread.Yield();
        }

        Volatile.Write(ref stop, true);
        threads.ForEach(static thread => thread.Join());

        // In turn means in step: the others get in once while one waits, whatever the machine does meanwhile.
        Assert.All(held, holds => Assert.InRange(holds, held.Max() / 3, held.Max()));
    }

    [Fact]
    public void A_hold_ends_also_with_an_exception()
    {
        var gate = new FairLock();
        Assert.Throws<InvalidOperationException>(new Action(() =>
        {
            using (gate.Enter())
            {
                throw new InvalidOperationException();
            }
        }));
        using (gate.Enter())
        {
        }
    }
}
