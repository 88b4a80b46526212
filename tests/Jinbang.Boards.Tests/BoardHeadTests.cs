using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Tests.Storage;

namespace Jinbang.Boards.Tests;

public sealed class BoardHeadTests
{
    [Fact]
    public async Task A_head_shows_what_was_answered_before()
    {
        await using var running = await RunningBoards.StartAsync();
        Assert.Empty((await running.HeadAsync()).Rows);
        await running.SubmitAsync("o-a", 5);
        Assert.Equal(["5 -"], await running.LinesAsync());
        await running.ChangeAsync("o-a", "云");
        Assert.Equal(["5 云"], await running.LinesAsync());
        await running.ChangeAsync("o-b", "鹤");
        await running.SubmitAsync("o-b", 7);
        Assert.Equal(["7 鹤", "5 云"], await running.LinesAsync());
        await running.SubmitAsync("o-a", 9);
        Assert.Equal(["9 云", "7 鹤"], await running.LinesAsync());
        await running.ChangeAsync("o-a", "");
        Assert.Equal(["9 ", "7 鹤"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_head_stays_the_same_object_until_something_in_it_changes()
    {
        await using var running = await RunningBoards.StartAsync();
        await FillAsync(running, players: 130);
        var head = await running.HeadAsync();
        Assert.Equal(100, head.Rows.Count);
        Assert.Equal(Enumerable.Range(31, 100).Reverse().Select(static score => (long)score), head.Rows.Select(static row => row.Entry.Score.Value));
        Assert.Same(head, await running.HeadAsync());

        await running.SubmitAsync("o-130", 1);
        await running.ChangeAsync("o-5", "旁人");
        await running.SubmitAsync("o-5", 31);
        await running.SubmitAsync("o-new", 30);
        await running.ChangeAsync("o-130", "名130");
        await running.ChangeAsync("o-stranger", "无分");
        Assert.Same(head, await running.HeadAsync());

        await running.ChangeAsync("o-31", "改");
        var changed = await running.HeadAsync();
        Assert.NotSame(head, changed);
        Assert.True(changed.Version > head.Version);
        Assert.Equal("31 改", RunningBoards.Line(changed.Rows[99]));

        await running.SubmitAsync("o-5", 32);
        var risen = await running.HeadAsync();
        Assert.True(risen.Version > changed.Version);
        Assert.Equal(["32 名32", "32 旁人"], risen.Rows.Skip(98).Select(RunningBoards.Line));
    }

    [Fact]
    public async Task Profiles_of_lines_that_stay_are_not_read_again()
    {
        await using var running = await RunningBoards.StartAsync();
        await FillAsync(running, players: 50);
        await running.HeadAsync();
        var reads = running.Store.ProfileReads;
        await running.SubmitAsync("o-1", 1_000);
        await running.HeadAsync();
        Assert.Equal(reads, running.Store.ProfileReads);
        await running.SubmitAsync("o-new", 1_001);
        Assert.Equal("1001 -", (await running.LinesAsync())[0]);
        Assert.Equal(reads + 1, running.Store.ProfileReads);
    }

    [Fact]
    public async Task Who_left_the_head_and_comes_back_shows_his_newest_profile()
    {
        await using var running = await RunningBoards.StartAsync();
        await FillAsync(running, players: 100);
        await running.HeadAsync();
        await running.SubmitAsync("o-new", 2);
        await running.HeadAsync();
        Assert.Equal(101, (await running.FindAsync("o-1"))!.Value.Rank.Place);
        await running.ChangeAsync("o-1", "回来");
        await running.SubmitAsync("o-1", 500);
        Assert.Equal("500 回来", (await running.LinesAsync())[0]);
    }

    [Fact]
    public async Task A_profile_that_changes_while_the_head_is_made_is_in_the_next_one()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.ChangeAsync("o-a", "旧");
        await running.SubmitAsync("o-a", 5);
        var gate = new Gate();
        running.Store.AfterReadProfiles = gate.PassAsync;
        var making = running.LinesAsync();
        await gate.Reached;
        await running.ChangeAsync("o-a", "新");
        gate.Open();
        await making;
        Assert.Equal(["5 新"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_profile_that_changes_while_its_player_is_out_of_a_head_in_the_making_is_not_lost()
    {
        await using var running = await RunningBoards.StartAsync();
        await FillAsync(running, players: 100);
        var gate = new Gate();
        running.Store.AfterReadProfiles = gate.PassAsync;
        var making = running.LinesAsync();
        await gate.Reached;
        await running.SubmitAsync("o-new", 50);
        await running.ChangeAsync("o-1", "新");
        await running.SubmitAsync("o-1", 500);
        gate.Open();
        await making;
        Assert.Equal("500 新", (await running.LinesAsync())[0]);
    }

    [Fact]
    public async Task When_profiles_cannot_be_read_the_reader_is_told_and_the_next_one_gets_all()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.ChangeAsync("o-a", "旧");
        await running.SubmitAsync("o-a", 5);
        await running.HeadAsync();
        await running.ChangeAsync("o-a", "新");
        running.Store.AfterReadProfiles = static () => throw new StoreUnavailableException("not now");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => running.HeadAsync());
        running.Store.AfterReadProfiles = static () => Task.CompletedTask;
        Assert.Equal(["5 新"], await running.LinesAsync());
    }

    [Fact]
    public async Task A_reader_who_gives_up_waiting_hinders_nobody()
    {
        await using var running = await RunningBoards.StartAsync();
        await running.SubmitAsync("o-a", 5);
        var gate = new Gate();
        running.Store.AfterReadProfiles = gate.PassAsync;
        var making = running.HeadAsync();
        await gate.Reached;
        using var givingUp = new CancellationTokenSource();
        var waiting = running.Boards.HeadAsync(BoardId.Classic(RunningBoards.Game), givingUp.Token).AsTask();
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Open();
        Assert.Same(await making, await running.HeadAsync());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(400)]
    public async Task Under_load_every_head_is_sorted_and_shows_at_least_what_was_answered(int players)
    {
        const int writers = 4, calls = 400;
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        await using var running = await RunningBoards.StartAsync();
        var numbers = new ConcurrentDictionary<int, int>();
        var names = new int[players];
        var scores = new long[players];
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            // Each writer has players of its own, so that it knows the last name it was told to be stored.
            var random = new Random(seed + writer);
            for (var call = 1; call <= calls; call++)
            {
                var player = random.Next(players / writers) * writers + writer;
                if (random.Next(3) == 0)
                {
                    await running.ChangeAsync($"o-{player}", call.ToString(CultureInfo.InvariantCulture));
                    Volatile.Write(ref names[player], call);
                }
                else
                {
                    var outcome = await running.SubmitAsync($"o-{player}", random.Next(call * 10));
                    numbers[outcome.Player.Number] = player;
                    Volatile.Write(ref scores[player], outcome.Score.Value);
                }
            }
        })));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var version = -1L;
            do
            {
                var (namesThen, scoresThen) = ((int[])names.Clone(), (long[])scores.Clone());
                var head = await running.HeadAsync();
                Assert.True(head.Version >= version, $"version {head.Version} after {version}");
                version = head.Version;
                Check(head, numbers, namesThen, scoresThen);
            }
            while (!writing.IsCompleted);
        })));
        await writing;
        Check(await running.HeadAsync(), numbers, names, scores);
    }

    [Fact]
    public async Task One_version_has_one_content()
    {
        const int writers = 24, calls = 60;
        await using var running = await RunningBoards.StartAsync();
        var contents = new ConcurrentDictionary<long, string>();
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var call = 1; call <= calls; call++)
            {
                await Task.WhenAll(running.SubmitAsync($"o-{writer}", call), running.ChangeAsync($"o-{writer}", $"名{call}"));
            }
        })));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            do
            {
                var head = await running.HeadAsync();
                var content = string.Join('|', head.Rows.Select(static row => $"{row.Entry} {RunningBoards.Line(row)}"));
                Assert.Equal(contents.GetOrAdd(head.Version, content), content);
            }
            while (!writing.IsCompleted);
        })));
        await writing;
    }

    private static Task FillAsync(RunningBoards running, int players) => Task.WhenAll(Enumerable.Range(1, players).SelectMany(player => (Task[])
        [running.SubmitAsync($"o-{player}", player), running.ChangeAsync($"o-{player}", $"名{player}")]));

    private static void Check(BoardHead head, ConcurrentDictionary<int, int> numbers, int[] names, long[] scores)
    {
        Assert.InRange(head.Rows.Count, Math.Min(100, scores.Count(static score => score > 0)), 100);
        Assert.Equal(head.Rows.Count, head.Rows.Select(static row => row.Entry.Player).Distinct().Count());
        for (var i = 0; i < head.Rows.Count; i++)
        {
            var (entry, profile) = head.Rows[i];
            Assert.True(i == 0 || head.Rows[i - 1].Entry is var before
                && (before.Score.Value > entry.Score.Value || (before.Score == entry.Score && before.Order < entry.Order)), "Not sorted.");
            if (numbers.TryGetValue(entry.Player.Number, out var player))
            {
                Assert.True(entry.Score.Value >= scores[player], "An older score than was answered.");
                var name = profile?.Nickname is { } nickname ? int.Parse(Encoding.UTF8.GetString(nickname), CultureInfo.InvariantCulture) : 0;
                Assert.True(name >= names[player], $"Name {name} after {names[player]} was answered.");
            }
        }
    }
}
