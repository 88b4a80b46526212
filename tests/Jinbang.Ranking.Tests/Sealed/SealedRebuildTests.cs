using System.Collections.Concurrent;
using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

public sealed class SealedRebuildTests
{
    private readonly ConcurrentQueue<Exception> announced = [];
    private int loads;

    [Fact]
    public async Task A_damaged_file_is_rebuilt_once_whoever_meets_it()
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 500, 500);
        var standings = folder.Write(model, Rebuild(model));
        var questions = StandingsChecks.Questions(model, random).ToArray();
        var size = (int)new FileInfo(folder.File).Length;
        for (var round = 1; round <= 12; round++)
        {
            // In every second round the file is already open; else the header itself may be damaged.
            if (round % 2 == 0)
            {
                Assert.Equal(500, standings.Count);
                folder.Overwrite(SealedBlock.Size, new byte[size - SealedBlock.Size]);
            }
            else
            {
                standings.Release();
                folder.Overwrite(0, new byte[size]);
            }

            await AllAtOnce(reader =>
            {
                for (var i = 0; i < questions.Length; i++)
                {
                    questions[(i + (reader * 37)) % questions.Length](standings);
                }
            });
            Assert.Equal(round, loads);
            Assert.Equal(round, announced.Count(static fault => fault is SealedFileDamagedException));
        }
    }

    [Fact]
    public async Task A_missing_file_is_rebuilt_once()
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 100, 1_000);
        var standings = folder.Open(model.Order, Rebuild(model));
        await AllAtOnce(_ => Assert.Equal(100, standings.Count));
        Assert.Equal(1, loads);
        Assert.IsType<FileNotFoundException>(Assert.Single(announced));
        StandingsChecks.Agree(standings, model, random);
    }

    [Fact]
    public async Task A_rebuild_that_fails_fails_for_all_who_wait_and_is_tried_again_later()
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 100, 1_000);
        var isBroken = true;
        var rebuild = Rebuild(model) with
        {
            Load = () =>
            {
                Interlocked.Increment(ref loads);
                return isBroken ? throw new TimeoutException("The store does not answer.") : new ListStandings(model);
            },
        };
        var standings = folder.Open(model.Order, rebuild);
        await AllAtOnce(_ => Assert.Throws<TimeoutException>(() => standings.Count));
        Assert.InRange(loads, 1, 8);
        Assert.Empty(folder.Names);
        isBroken = false;
        StandingsChecks.Agree(standings, model, random);
    }

    [Fact]
    public void A_file_that_is_damaged_as_soon_as_it_is_rebuilt_is_refused()
    {
        using var folder = new SealedFolder();
        var model = RandomTables.Next(new Random(1), 100, 100);
        var rebuild = Rebuild(model) with { SyncFolder = _ => folder.Overwrite(SealedBlock.Size, new byte[SealedBlock.Size]) };
        var standings = folder.Open(model.Order, rebuild);
        Assert.Throws<SealedFileDamagedException>(() => standings.EntryAt(new Rank(1)));
        Assert.Equal(2, announced.Count);
    }

    [Fact]
    public void What_is_no_damage_is_not_rebuilt()
    {
        using var folder = new SealedFolder();
        var model = RandomTables.Next(new Random(1), 10, 10);
        var standings = folder.Write(model, Rebuild(model));
        Assert.Throws<ArgumentOutOfRangeException>(() => standings.EntryAt(new Rank(11)));
        Assert.Equal(0, loads);
    }

    [Fact]
    public async Task Those_who_wait_for_one_repair_share_its_failure()
    {
        var repair = new SealedRepair();
        var tries = 0;
        await AllAtOnce(_ => Assert.Throws<TimeoutException>(() => repair.Once(() =>
        {
            tries++;
            throw new TimeoutException();
        })));
        Assert.Equal(1, tries);
    }

    private SealedRebuild Rebuild(StandingsModel model) => new(
        () =>
        {
            Interlocked.Increment(ref loads);
            return new ListStandings(model);
        },
        SealedFolder.SyncNothing,
        announced.Enqueue);

    private static async Task AllAtOnce(Action<int> read)
    {
        using var start = new Barrier(8);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(reader => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                read(reader);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }
}
