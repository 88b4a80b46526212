using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task A_submission_is_found_by_its_key_before_and_after_folding_and_reopening()
    {
        Sent[] sent =
        [
            Row(1, 1, 5, 1) with { Key = "a", Metadata = "{}" }, Row(1, 2, 6, 2) with { Key = "a" }, Row(2, 1, 7, 1) with { Key = "a" },
            Row(1, 1, 8, 3) with { Key = new string('k', 64) }, Row(1, 1, 4, 0) with { Key = "b", Lines = [NotBetter(1, 8)] }, Row(1, 3, 1, 4),
        ];
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main", "other");
            await CommitAsync(store, sent);
            await CheckAsync(store);
            await MaintainAsync(store);
            await CheckAsync(store);
        }

        for (var opening = 0; opening < 2; opening++)
        {
            await using var again = await OpenAsync();
            await CheckAsync(again);
            await MaintainAsync(again);
            await CheckAsync(again);
        }

        async Task CheckAsync(IScoreStore store)
        {
            var found = await FindAsync(store, [.. sent.Where(static row => row.Key is not null).Select(static row => (row.Board, row.Player, row.Key!))]);
            Assert.All(sent.Where(static row => row.Key is not null), (row, index) => row.AssertIs(found[index]));
            Assert.Equal([null, null, null, null], await FindAsync(store, (1, 3, "a"), (2, 2, "a"), (1, 1, "A"), (3, 1, "a")));
            Assert.Empty(await FindAsync(store));
        }
    }

    [Fact]
    public async Task Keys_are_found_at_every_step_of_folding()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        for (var commit = 0; commit < 30; commit++)
        {
            await CommitAsync(store, [.. Enumerable.Range(1, 20).Select(player => Row(1, player, commit, commit * 20L + player) with { Key = $"k-{commit}" })]);
            await store.MaintainAsync(CancellationToken.None);
            var keys = Enumerable.Range(0, commit + 1).Select(old => (1, old % 20 + 1, $"k-{old}")).ToArray();
            Assert.All(await FindAsync(store, keys), Assert.NotNull);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_history_and_the_log_agree_with_a_plain_list_over_random_calls(int salt)
    {
        var random = new Random((Seed() * 31) + salt);
        var model = new List<Sent>();
        var store = await OpenAsync();
        try
        {
            await OpenGameAsync(store, "night-market", "main", "other");
            for (var step = 0; step < 300; step++)
            {
                switch (random.Next(8))
                {
                    case < 3:
                        var rows = Enumerable.Range(0, random.Next(12)).Select(i => Row(random.Next(1, 3), random.Next(1, 5), random.Next(100), model.Count + i + 1L)).ToArray();
                        await CommitAsync(store, rows);
                        model.AddRange(rows);
                        break;

                    case < 6:
                        await store.MaintainAsync(CancellationToken.None);
                        break;

                    case 6:
                        await CheckHistoryAsync(store, model, random.Next(1, 3), random.Next(1, 6), random.Next(1, 9));
                        break;

                    default:
                        if (random.Next(8) == 0)
                        {
                            await store.DisposeAsync();
                            store = await OpenAsync();
                        }

                        await CheckLogAsync(store, model, random.Next(1, 3), random.Next(1, 40));
                        break;
                }
            }
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Old_submissions_are_forgotten_with_their_keys_and_entries_stay()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            var batch = Batch([.. Enumerable.Range(1, 400).Select(static player => Row(1, player, player, player) with { Key = $"k-{player}", Metadata = "1" })]);
            batch.At = batch.At.AddDays(-400);
            batch.Events.Add(new EventRow(1, "old", "t", "{}"u8.ToArray()));
            await CommitAsync(store, batch);
            var young = Batch(Row(1, 1, 900, 900) with { Key = "young" });
            young.Events.Add(new EventRow(1, "young", "t", "{}"u8.ToArray()));
            await CommitAsync(store, young);
        }

        await using var again = await OpenAsync();
        for (var step = 0; step < 20_000 && (await again.ReadLogAsync(1, 0, 2, CancellationToken.None)).Count > 1; step++)
        {
            await PassAsync();
            await MaintainAsync(again);
        }

        Assert.Equal("young", Assert.Single(await again.ReadLogAsync(1, 0, 1_000, CancellationToken.None)).Key);
        Assert.Equal([null, null, "young"], (await FindAsync(again, (1, 1, "k-1"), (1, 400, "k-400"), (1, 1, "young"))).Select(static row => row?.Key));
        Assert.Equal("young", Assert.Single(await again.ReadEventsAsync(1, 0, 10, CancellationToken.None)).Id);
        Assert.Empty(await again.ReadHistoryAsync(1, new PlayerId(7), long.MaxValue, 10, CancellationToken.None));
        var window = await LoadedWindow.LoadAsync(again, 1);
        Assert.Equal(400, window.Entries.Count);
        Assert.Equal(900, window.LastOrder);
        Assert.Equal(["1"], await MetadataAsync(again, 1, 7));
    }

    [Fact]
    public async Task Events_are_told_in_order_and_once_for_each_id()
    {
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            await OpenGameAsync(store, "lantern-run", "main");
            var batch = Batch(Array.Empty<Sent>());
            batch.Events.AddRange([Event(1, "a", "1"), Event(2, "b", "2"), Event(1, "c", "3"), Event(1, "a", "4")]);
            var version = await CommitAsync(store, batch);
            Assert.Equal(version, await CommitAsync(store, batch));
        }

        await using var again = await OpenAsync();
        var more = Batch(Array.Empty<Sent>());
        more.Events.AddRange([Event(1, "c", "5"), Event(1, "d", "6")]);
        await CommitAsync(again, more);
        var first = await again.ReadEventsAsync(1, 0, 2, CancellationToken.None);
        Assert.Equal([("a", "1"), ("c", "3")], first.Select(static told => (told.Id, System.Text.Encoding.UTF8.GetString(told.Body))));
        Assert.Equal(["d"], (await again.ReadEventsAsync(1, first[1].Number, 10, CancellationToken.None)).Select(static told => told.Id));
        Assert.Equal(["b"], (await again.ReadEventsAsync(2, 0, 10, CancellationToken.None)).Select(static told => told.Id));
        static EventRow Event(int game, string id, string body) => new(game, id, "closed", System.Text.Encoding.UTF8.GetBytes(body));
    }

    [Fact]
    public async Task Records_are_put_over_older_ones_and_removed()
    {
        await using (var store = await OpenAsync())
        {
            var batch = Batch(Array.Empty<Sent>());
            batch.Records.AddRange([new("key", "b", "1"), new("key", "a", "2"), new("hook", "a", "3"), new("key", "c", "4")]);
            await CommitAsync(store, batch);
            batch.Records.Clear();
            batch.Records.AddRange([new("key", "b", "5"), new("key", "c", null), new("key", "never", null)]);
            await CommitAsync(store, batch);
        }

        await using var again = await OpenAsync();
        Assert.Equal([new("key", "a", "2"), new("key", "b", "5")], (await again.ReadRecordsAsync("key", CancellationToken.None)).OrderBy(static record => record.Id));
        Assert.Equal([new("hook", "a", "3")], await again.ReadRecordsAsync("hook", CancellationToken.None));
        Assert.Empty(await again.ReadRecordsAsync("other", CancellationToken.None));
    }

    /// <summary>Lets time pass until old rows are looked for again; nothing where the store does not wait.</summary>
    protected virtual Task PassAsync() => Task.CompletedTask;

    private static async Task CheckHistoryAsync(IScoreStore store, List<Sent> model, int board, int player, int limit)
    {
        var expected = model.Where(row => row.Board == board && row.Player == player).Reverse().ToArray();
        var found = new List<StoredSubmission>();
        for (var before = long.MaxValue; ;)
        {
            var page = await store.ReadHistoryAsync(board, new PlayerId(player), before, limit, CancellationToken.None);
            Assert.InRange(page.Count, 0, limit);
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page);
            before = page[^1].Number;
        }

        Assert.Equal(expected.Length, found.Count);
        Assert.All(expected, (row, index) => row.AssertIs(found[index]));
    }

    private static async Task CheckLogAsync(IScoreStore store, List<Sent> model, int board, int limit)
    {
        var expected = model.Where(row => row.Board == board).ToArray();
        var found = new List<StoredSubmission>();
        for (var after = 0L; ;)
        {
            var page = await store.ReadLogAsync(board, after, limit, CancellationToken.None);
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page);
            after = page[^1].Number;
        }

        Assert.Equal(expected.Length, found.Count);
        Assert.All(expected, (row, index) => row.AssertIs(found[index]));
    }

    private static async Task<StoredSubmission?[]> FindAsync(IScoreStore store, params (int Board, int Player, string Key)[] keys) =>
        [.. await store.FindSubmissionsAsync([.. keys.Select(static key => new SubmissionKey(key.Board, new PlayerId(key.Player), key.Key))], CancellationToken.None)];
}
