using System.Globalization;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    [Fact]
    public async Task Profiles_read_beside_commits_are_of_one_moment_and_never_older_than_what_was_acknowledged()
    {
        const int commits = 400;
        var players = Enumerable.Range(1, 12).ToArray();
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await CommitAsync(store, [.. players.Select(static player => Row(1, player, new ProfileText("0")))]);
        var acknowledged = 0;
        var reading = Readers(() => Volatile.Read(ref acknowledged) < commits, async () =>
        {
            var atLeast = Volatile.Read(ref acknowledged);
            var read = (await ProfilesAsync(store, 1, players)).Select(static profile => int.Parse(profile!.Nickname!, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(read.Distinct().Count() == 1, $"Half a batch was read: {string.Join(' ', read)}");
            Assert.True(read[0] >= atLeast, $"{read[0]} was read after {atLeast} was acknowledged.");
        });
        try
        {
            for (var commit = 1; commit <= commits && !reading.IsCompleted; commit++)
            {
                await CommitAsync(store, [.. players.Select(player => Row(1, player, new ProfileText(commit.ToString(CultureInfo.InvariantCulture))))]);
                Volatile.Write(ref acknowledged, commit);
                await store.MaintainAsync(CancellationToken.None);
            }
        }
        finally
        {
            Volatile.Write(ref acknowledged, commits);
        }

        await reading;
    }

    [Fact]
    public async Task Players_read_beside_registrations_are_whole_calls()
    {
        const int calls = 200, perCall = 5;
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        var acknowledged = 0;
        var reading = Readers(() => Volatile.Read(ref acknowledged) < calls, async () =>
        {
            var atLeast = Volatile.Read(ref acknowledged);
            var players = await PlayersAsync(store, 1);
            Assert.Equal(0, players.Count % perCall);
            Assert.True(players.Count >= atLeast * perCall, $"{players.Count} players after {atLeast} calls.");
            Assert.All(players, static player => Assert.Equal($"o-{player.Value}", player.Key));
        });
        try
        {
            for (var call = 0; call < calls && !reading.IsCompleted; call++)
            {
                await RegisterAsync(store, 1, [.. Enumerable.Range(call * perCall + 1, perCall).Select(static number => $"o-{number}")]);
                Volatile.Write(ref acknowledged, call + 1);
            }
        }
        finally
        {
            Volatile.Write(ref acknowledged, calls);
        }

        await reading;
    }

    [Fact]
    public async Task A_board_loads_whole_beside_commits_to_another_board()
    {
        const int commits = 300;
        await using (var earlier = await OpenAsync())
        {
            await OpenGameAsync(earlier, "night-market", "main", "weekly");
            await CommitAsync(earlier, [.. Enumerable.Range(1, 500).Select(static player => Row(1, player, player, player))]);
        }

        await using var store = await OpenAsync();
        var committed = 0;
        var reading = Readers(() => Volatile.Read(ref committed) < commits, async () =>
        {
            var board = await LoadedWindow.LoadAsync(store, 1);
            Assert.Equal(500, board.LastOrder);
            Assert.Equal(500, board.Entries.Count);
        });
        try
        {
            for (var commit = 1; commit <= commits && !reading.IsCompleted; commit++)
            {
                await CommitAsync(store, [.. Enumerable.Range(1, 20).Select(player => Row(2, player, commit, commit * 20L + player))]);
                Volatile.Write(ref committed, commit);
                await store.MaintainAsync(CancellationToken.None);
            }
        }
        finally
        {
            Volatile.Write(ref committed, commits);
        }

        await reading;
    }

    [Fact]
    public async Task History_metadata_and_entries_read_beside_commits_and_folding_have_no_gap_and_no_double()
    {
        const int commits = 300;
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        var acknowledged = 0;
        var reading = Readers(() => Volatile.Read(ref acknowledged) < commits, async () =>
        {
            var atLeast = Volatile.Read(ref acknowledged);
            var history = await store.ReadHistoryAsync(1, new PlayerId(1), long.MaxValue, 1_000, CancellationToken.None);
            Assert.Equal(Enumerable.Range(1, history.Count).Reverse(), history.Select(static row => (int)row.Submitted.First));
            Assert.True(history.Count >= atLeast, $"{history.Count} submissions after {atLeast} were acknowledged.");
            if (atLeast > 0)
            {
                var found = (await store.ReadMetadataAsync(1, [new PlayerId(1)], CancellationToken.None))[0];
                Assert.Equal(found.Order.ToString(CultureInfo.InvariantCulture), System.Text.Encoding.UTF8.GetString(found.Json!));
                Assert.True(found.Order >= atLeast * 2L - 1, $"The metadata of {found.Order} after {atLeast} were acknowledged.");
                var window = await LoadedWindow.LoadAsync(store, 1);
                Assert.True(window.Entries[1].Scores.First >= atLeast, $"{window.Entries[1]} after {atLeast} were acknowledged.");
            }
        });
        try
        {
            for (var commit = 1; commit <= commits && !reading.IsCompleted; commit++)
            {
                var order = commit * 2L - 1;
                await CommitAsync(
                    store, Row(1, 1, commit, order) with { Key = $"k-{commit}", Metadata = $"{order}" }, Row(1, 2, commit, order + 1) with { Key = $"k-{commit}" });
                Volatile.Write(ref acknowledged, commit);
                await store.MaintainAsync(CancellationToken.None);
            }
        }
        finally
        {
            Volatile.Write(ref acknowledged, commits);
        }

        await reading;
    }

    /// <summary>Reads on two threads of their own for as long as the writer goes on, at least once each.</summary>
    private static Task Readers(Func<bool> goesOn, Func<Task> read) => Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
    {
        do
        {
            await read();
        }
        while (goesOn());
    })));
}
