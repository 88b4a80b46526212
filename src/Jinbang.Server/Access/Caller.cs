using Jinbang.Boards.Games;
using Jinbang.Ranking;

namespace Jinbang.Server.Access;

/// <summary>Who may call a route. Several may be combined.</summary>
[Flags]
internal enum Who
{
    /// <summary>Nobody.</summary>
    Nobody = 0,

    /// <summary>Whoever has a client key of the game: it sits in the game, so that is everyone.</summary>
    Client = 1,

    /// <summary>Any player of the game with his token.</summary>
    Player = 2,

    /// <summary>A player with his token where the route's <c>{player}</c> is himself.</summary>
    OwnPlayer = 4,

    /// <summary>The game's own server, with a server key.</summary>
    Server = 8,

    /// <summary>The operator of this installation.</summary>
    Operator = 16,

    /// <summary>Whoever calls, without a credential.</summary>
    Anyone = 32,
}

/// <summary>Who calls: one of <see cref="Who"/>, never several.</summary>
/// <param name="Kind">Client, player, server or operator; nobody where no credential was needed or given.</param>
/// <param name="Game">Whose key or token it is; <c>default</c> for the operator.</param>
/// <param name="Player">Who signed in; <c>default</c> unless the kind is player.</param>
internal readonly record struct Caller(Who Kind, GameId Game, PlayerId Player)
{
    /// <summary>Whether he speaks for the game itself: its server, or the operator.</summary>
    public bool IsTrusted => Kind is Who.Server or Who.Operator;
}

/// <summary>Where the caller of a request is kept.</summary>
internal static class CallerOfRequest
{
    private static readonly object Key = new();

    /// <summary>Who calls, as the access check found it.</summary>
    public static Caller Caller(this HttpContext context) => context.Items.TryGetValue(Key, out var caller) ? (Caller)caller! : default;

    /// <summary>Keeps who calls.</summary>
    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Key] = caller;
}

/// <summary>What a route's row in the table of permissions says. Every route of <c>/v1</c> has one.</summary>
internal sealed record AccessRule(Who Allowed);

/// <summary>Gives routes their row.</summary>
internal static class AccessRules
{
    public static TBuilder Allow<TBuilder>(this TBuilder route, Who allowed)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(allowed));
}
