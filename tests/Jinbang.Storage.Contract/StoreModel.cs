using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Storage.Contract;

/// <summary>The plainest store there is: what the real one must say after the same calls.</summary>
internal sealed class StoreModel(int games, int boardsPerGame)
{
    public Dictionary<string, int>[] Players { get; } = [.. Enumerable.Range(0, games).Select(static _ => new Dictionary<string, int>())];

    public Dictionary<(int Game, int Player), ProfileText> Profiles { get; } = [];

    public SortedDictionary<int, Entry>[] Boards { get; } = [.. Enumerable.Range(0, games * boardsPerGame).Select(static _ => new SortedDictionary<int, Entry>())];

    public long[] LastOrders { get; } = new long[games * boardsPerGame];

    public int GameOf(int board) => board / boardsPerGame;

    public int Register(int game, string id)
    {
        if (!Players[game].TryGetValue(id, out var number))
        {
            Players[game].Add(id, number = Players[game].Count + 1);
        }

        return number;
    }

    public void Put(int board, Sent row)
    {
        Boards[board][row.Player] = row.ToEntry();
        LastOrders[board] = row.Order;
    }

    public RowResult Change(int game, int player, ProfileText change)
    {
        var isKnown = Profiles.TryGetValue((game, player), out var old);
        var changed = (old ?? new ProfileText()).With(change);
        Profiles[(game, player)] = changed;
        return !isKnown ? RowResult.Added : changed == old ? RowResult.Unchanged : RowResult.Changed;
    }
}
