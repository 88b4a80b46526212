using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Server.Games;

namespace Jinbang.Server.Classic;

/// <summary>
/// The games that have a classic API: those of the settings while the boards are loading, then those that are there and have a board for it. Paths are prepared
/// again when a game or a board was made, changed or deleted.
/// </summary>
internal sealed class ClassicGames(IBoards boards, GameCatalog catalog)
{
    /// <summary>The version while the boards are loading; theirs are not negative.</summary>
    private const long Loading = -1;

    private readonly Lock preparing = new();
    private volatile ClassicRoutes routes = new(Loading, catalog.Games.Select(static game => new ClassicGame(game)), catalog.Default?.Id);

    /// <summary>The paths of now.</summary>
    public ClassicRoutes Routes
    {
        get
        {
            var prepared = routes;
            return prepared.Version == Version ? prepared : Prepare();
        }
    }

    private long Version => boards.IsReady ? boards.CatalogVersion : Loading;

    private ClassicRoutes Prepare()
    {
        lock (preparing)
        {
            // Asked before the games are: should they change in between, the next request sees a version that does not fit and prepares once more.
            var version = Version;
            if (routes.Version != version)
            {
                routes = new ClassicRoutes(version, boards.Games.Where(ClassicForm.HasClassicBoard).Select(GameOf), catalog.Default?.Id);
            }

            return routes;
        }
    }

    /// <summary>The game, the same one as before where nothing of it has changed: it holds its list as bytes.</summary>
    private ClassicGame GameOf(GameDefinition game)
    {
        var settings = (catalog.Find(game.Id) ?? new GameSettings { Id = game.Id, Name = game.Name }) with { Name = game.Name, Origins = game.Origins };
        return routes.Game(game.Id) is { } present && present.Settings == settings ? present : new ClassicGame(settings);
    }
}
