using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

/// <summary>A window as its reader puts it together: entries, then the tail over them. Entries are by player's number.</summary>
/// <param name="LastOrder">The last order number of its board, if it is open or was the last to close.</param>
/// <param name="Entries">The entries.</param>
public sealed record LoadedWindow(long LastOrder, SortedDictionary<int, Entry> Entries)
{
    /// <summary>Loads a window and checks what a load promises of its form.</summary>
    public static async Task<LoadedWindow> LoadAsync(IScoreStore store, int window)
    {
        var entries = new SortedDictionary<int, Entry>();
        var tail = new List<Entry>();
        await store.LoadWindowAsync(
            window,
            entry =>
            {
                Assert.Empty(tail);
                entries.Add(entry.Player.Number, entry);
            },
            tail.Add,
            CancellationToken.None);
        for (var i = 0; i < tail.Count; i++)
        {
            Assert.True(i == 0 || tail[i - 1].Order < tail[i].Order, "The tail is not in order.");
            entries[tail[i].Player.Number] = tail[i];
        }

        var contents = await store.LoadAsync(CancellationToken.None);
        var board = contents.Games.SelectMany(static game => game.Boards).FirstOrDefault(board => board.Windows.Any(other => other.Number == window));
        return new LoadedWindow(board?.LastOrder ?? 0, entries);
    }
}
