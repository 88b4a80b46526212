using System.Collections.Frozen;

namespace Jinbang.Boards.Games;

/// <summary>The games and boards there are. Changed by the committer, who puts another one in its place; read by everyone.</summary>
internal sealed class Catalog
{
    private volatile Content content = new(FrozenDictionary<GameId, Game>.Empty, [], new Lazy<IReadOnlyList<GameDefinition>>([]), FrozenDictionary<int, Board>.Empty, 0);

    /// <summary>All boards.</summary>
    public IReadOnlyList<Board> Boards => content.Boards;

    /// <summary>All boards that this process serves.</summary>
    public IEnumerable<Board> Served => content.Boards.Where(static board => board.IsServed);

    /// <summary>What the games are, by id.</summary>
    public IReadOnlyList<GameDefinition> Definitions => content.Definitions.Value;

    /// <summary>Grows with every change.</summary>
    public long Version => content.Version;

    public IEnumerable<Game> Games => content.Games.Values;

    public Game? Find(GameId id) => content.Games.GetValueOrDefault(id);

    public Board? Find(BoardId id) => Find(id.Game)?.Find(id.Board);

    /// <summary>The board of this number in the store.</summary>
    public Board? FindBoard(int number) => content.ByNumber.GetValueOrDefault(number);

    /// <summary>Takes the games as they are now.</summary>
    public void Set(IEnumerable<Game> games)
    {
        var all = games.ToFrozenDictionary(static game => game.Id);
        foreach (var game in all.Values)
        {
            game.Changed();
        }

        List<Board> boards = [.. all.Values.SelectMany(static game => game.Boards)];
        content = new Content(
            all,
            boards,
            new Lazy<IReadOnlyList<GameDefinition>>(() => [.. all.Values.Select(static game => game.Definition).OrderBy(static game => game.Id.ToString(), StringComparer.Ordinal)]),
            boards.ToFrozenDictionary(static board => board.Number),
            content.Version + 1);
    }

    /// <summary>Takes note that something inside a game changed.</summary>
    public void Changed() => Set(Games);

    private sealed record Content(FrozenDictionary<GameId, Game> Games, IReadOnlyList<Board> Boards, Lazy<IReadOnlyList<GameDefinition>> Definitions, FrozenDictionary<int, Board> ByNumber, long Version);
}
