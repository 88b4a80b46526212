using System.Globalization;
using System.Text;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    /// <summary>Windows, metadata, keys, closings and erasing together, against the plainest lists there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Agrees_with_plain_lists_when_windows_close_and_players_are_erased(int salt)
    {
        const int players = 12;
        var random = new Random((Seed() * 31) + salt);
        var store = await OpenAsync();
        try
        {
            await OpenGameAsync(store, "night-market", "main");
            var open = new List<int> { 1 };
            var closed = new List<int>();
            var entries = new Dictionary<(int Window, int Player), (Entry Entry, string? Metadata)>();
            var log = new List<Sent>();
            var (order, key, day) = (0L, 0, 0);
            for (var step = 0; step < 300; step++)
            {
                switch (random.Next(20))
                {
                    case < 9:
                        var rows = Enumerable.Range(0, random.Next(1, 10)).Select(_ => Submit()).ToArray();
                        await CommitAsync(store, rows);
                        log.AddRange(rows);
                        break;

                    case < 14:
                        await store.MaintainAsync(CancellationToken.None);
                        break;

                    case 14 when day < 20:
                        day++;
                        open.Add((await OpenWindowsAsync(store, Day(1, day)))[0]);
                        break;

                    case 15 when open.Count > 1:
                        await CloseAsync(store, open[1]);
                        closed.Add(open[1]);
                        open.RemoveAt(1);
                        break;

                    case 16:
                        var erased = random.Next(1, players);
                        await store.EraseAsync(1, [new PlayerId(erased)], open, CancellationToken.None);
                        log.RemoveAll(row => row.Player == erased);
                        open.ForEach(window => entries.Remove((window, erased)));
                        closed.Where(window => entries.ContainsKey((window, erased))).ToList()
                            .ForEach(window => entries[(window, erased)] = (entries[(window, erased)].Entry, null));
                        break;

                    case 17:
                        await store.DisposeAsync();
                        store = await OpenAsync();
                        Assert.Equal(order, (await store.LoadAsync(CancellationToken.None)).Games[0].Boards[0].LastOrder);
                        break;

                    default:
                        await CheckAsync();
                        break;
                }
            }

            await CheckAsync();

            Sent Submit()
            {
                var player = random.Next(1, players);
                var scores = new ScoreColumns(random.Next(-50, 50), random.Next(3), 0, random.Next(2));
                var metadata = random.Next(2) == 0 ? random.Next(1_000).ToString(CultureInfo.InvariantCulture) : null;
                var lines = open.Where(_ => random.Next(3) > 0).Select(window => random.Next(4) == 0
                    ? NotBetter(window, 7)
                    : Sent.Line(window, random.Next(2) == 0 ? scores : new ScoreColumns(random.Next(9)))).ToArray();
                var changes = lines.Any(static line => line.ChangesEntry);
                var sent = new Sent(1, player, scores, changes ? ++order : 0)
                {
                    Result = changes ? SubmitResult.Improved : SubmitResult.NotBetter,
                    Key = random.Next(2) == 0 ? $"k-{++key}" : null,
                    Metadata = metadata,
                    Lines = lines,
                };
                foreach (var line in lines.Where(static line => line.ChangesEntry))
                {
                    entries[(line.Window, player)] = (new Entry(new PlayerId(player), line.Scores, order), metadata);
                }

                return sent;
            }

            async Task CheckAsync()
            {
                foreach (var window in (int[])[.. open, .. closed])
                {
                    var expected = entries.Where(entry => entry.Key.Window == window).OrderBy(static entry => entry.Key.Player).Select(static entry => entry.Value).ToArray();
                    Assert.Equal(expected.Select(static entry => entry.Entry), (await LoadedWindow.LoadAsync(store, window)).Entries.Values);
                    var found = await store.ReadMetadataAsync(window, [.. expected.Select(static entry => entry.Entry.Player)], CancellationToken.None);
                    Assert.All(expected, (entry, index) => Assert.Equal(
                        entry.Metadata, found[index].Order == entry.Entry.Order && found[index].Json is { } json ? Encoding.UTF8.GetString(json) : null));
                }

                var withKeys = log.Where(static row => row.Key is not null).ToArray();
                var byKey = await FindAsync(store, [.. withKeys.Select(static row => (1, row.Player, row.Key!))]);
                Assert.All(withKeys, (row, index) => row.AssertIs(byKey[index]));
                await CheckLogAsync(store, log, 1, 50);
                await CheckHistoryAsync(store, log, 1, random.Next(1, players), 10);
            }
        }
        finally
        {
            await store.DisposeAsync();
        }
    }
}
