using System.Collections.Frozen;
using Jinbang.Boards.Games;
using Jinbang.Server.Games;

namespace Jinbang.Server.Classic;

/// <summary>The calls of the classic API.</summary>
internal enum ClassicCall
{
    UserScore,
    TopHundred,
    PostScore,
    PostUserInfo,
}

/// <summary>What a path leads to.</summary>
/// <param name="Game">Whose API it is; null when there is no such game.</param>
/// <param name="Call">Which call; null when there is no such call.</param>
internal sealed record ClassicRoute(ClassicGame? Game, ClassicCall? Call);

/// <summary>
/// Finds calls by path: in any letter case, with or without a trailing slash, repeated slashes counting as one. Paths written plainly are found in one look;
/// others are cut into their words.
/// </summary>
internal sealed class ClassicRoutes
{
    private static readonly FrozenDictionary<string, ClassicCall> Calls = new Dictionary<string, ClassicCall>
    {
        ["user_score"] = ClassicCall.UserScore,
        ["tpinball_score"] = ClassicCall.TopHundred,
        ["post_score"] = ClassicCall.PostScore,
        ["post_user_info"] = ClassicCall.PostUserInfo,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, ClassicRoute> plain;
    private readonly FrozenDictionary<string, ClassicGame> games;
    private readonly ClassicGame? defaultGame;

    /// <param name="version">Which state of the games this is made of.</param>
    /// <param name="games">The games that have a classic API.</param>
    /// <param name="defaultGame">The one behind <c>/api</c>, if there is one and it is among them.</param>
    public ClassicRoutes(long version, IEnumerable<ClassicGame> games, GameId? defaultGame)
    {
        Version = version;
        this.games = games.ToFrozenDictionary(static game => game.Settings.Id.ToString(), StringComparer.OrdinalIgnoreCase);
        this.defaultGame = defaultGame is { } id ? this.games.GetValueOrDefault(id.ToString()) : null;
        var paths = new Dictionary<string, ClassicRoute>(StringComparer.Ordinal);
        foreach (var (name, call) in Calls)
        {
            foreach (var game in this.games.Values)
            {
                var route = new ClassicRoute(game, call);
                paths[$"/{game.Settings.Id}/api/{name}"] = route;
                paths[$"/{game.Settings.Id}/api//{name}"] = route;
            }

            paths[$"/api/{name}"] = new ClassicRoute(this.defaultGame, call);
        }

        plain = paths.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Which state of the games this is made of.</summary>
    public long Version { get; }

    /// <summary>The game with this id, if it is among them.</summary>
    public ClassicGame? Game(GameId id) => games.GetValueOrDefault(id.ToString());

    /// <summary>Where a path leads, or null when it is not one of the classic API's.</summary>
    public ClassicRoute? Find(string path) => plain.TryGetValue(path, out var route) ? route : FindByWords(path);

    private ClassicRoute? FindByWords(string path)
    {
        Span<Range> ranges = stackalloc Range[4];
        var count = path.AsSpan().Split(ranges, '/', StringSplitOptions.RemoveEmptyEntries);
        var words = path.AsSpan();
        if (count is 1 or 2 && IsApi(words[ranges[0]]))
        {
            return new ClassicRoute(defaultGame, count == 2 ? CallOf(words[ranges[1]]) : null);
        }

        if (count >= 2 && IsApi(words[ranges[1]]))
        {
            var game = games.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(words[ranges[0]], out var found) ? found : null;
            return new ClassicRoute(game, count == 3 ? CallOf(words[ranges[2]]) : null);
        }

        return null;
    }

    private static bool IsApi(ReadOnlySpan<char> word) => word.Equals("api", StringComparison.OrdinalIgnoreCase);

    private static ClassicCall? CallOf(ReadOnlySpan<char> word) =>
        Calls.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var call) ? call : null;
}
