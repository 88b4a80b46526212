using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

/// <summary>A board as its reader puts it together: entries, then the tail over them. Entries are by player's number.</summary>
public sealed record LoadedBoard(long LastOrder, SortedDictionary<int, Entry> Entries)
{
    /// <summary>Loads a board and checks what a load promises of its form.</summary>
    public static async Task<LoadedBoard> LoadAsync(IScoreStore store, int board)
    {
        var entries = new SortedDictionary<int, Entry>();
        var tail = new List<Entry>();
        var lastOrder = await store.LoadBoardAsync(
            board,
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

        return new LoadedBoard(lastOrder, entries);
    }
}
