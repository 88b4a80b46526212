using System.Globalization;
using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Server.Access;

namespace Jinbang.Server.Tests.Access;

/// <summary>A server with two games, and a credential of every kind, good and bad.</summary>
public sealed class CallersFixture : IAsyncLifetime
{
    public const string Game = "guarded";
    public const string OtherGame = "neighbour";

    private readonly ShiftedClock clock = new();
    private TestServer? server;
    private int signedIn;

    internal TestServer Server => server!;

    internal string Client { get; private set; } = "";

    internal string Player { get; private set; } = "";

    internal string ServerKey { get; private set; } = "";

    internal string Operator { get; private set; } = "";

    /// <summary>The public id of another player of the game.</summary>
    internal string OtherPlayerId { get; private set; } = "";

    /// <summary>Everything that must be refused everywhere, by what it is.</summary>
    internal IReadOnlyDictionary<string, (string? Credential, int Status)> Refused { get; private set; } = new Dictionary<string, (string?, int)>();

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync(new Dictionary<string, string?> { [$"Games:{Game}:Name"] = "Guarded", [$"Games:{OtherGame}:Name"] = "Neighbour" }, clock);
        var (game, other) = (GameId.Parse(Game), GameId.Parse(OtherGame));
        var keys = Server.Credentials.Keys;
        var players = (await Server.Boards.RegisterAsync(game, [ExternalId.Copy("oOne"u8), ExternalId.Copy("oTwo"u8)]))!;
        var strangers = (await Server.Boards.RegisterAsync(other, [ExternalId.Copy("oOne"u8)]))!;
        var expiring = await keys.CreateAsync(game, KeyKind.Server, "expiring", clock.GetUtcNow().AddMinutes(1));
        var expiredToken = Server.Credentials.Tokens.Issue(game, players[0]).Token;
        clock.Pass(PlayerTokens.Lifetime + TimeSpan.FromSeconds(1));
        Client = (await keys.CreateAsync(game, KeyKind.Client, "client", null)).Secret!;
        ServerKey = (await keys.CreateAsync(game, KeyKind.Server, "server", null)).Secret!;
        Player = Server.Credentials.Tokens.Issue(game, players[0]).Token;
        OtherPlayerId = Server.Boards.PublicIdOf(game, players[1]).ToString();
        Operator = Server.Credentials.Operator.Own.Made!;
        var revoked = await keys.CreateAsync(game, KeyKind.Server, "revoked", null);
        await keys.RevokeAsync(game, revoked.Key!.Id);
        Refused = new Dictionary<string, (string?, int)>
        {
            ["nobody"] = (null, 401),
            ["garbage"] = ("garbage", 401),
            ["nothing"] = ("", 401),
            ["a key that was never given"] = (CredentialText.NewKey(CredentialText.ServerKey), 401),
            ["an operator's key that was never given"] = (CredentialText.NewKey(CredentialText.OperatorKey), 401),
            ["a key with more behind it"] = ($"{ServerKey}A", 401),
            ["a server key that says it is the operator's"] = ($"jbo_{ServerKey[4..]}", 401),
            ["a client key that says it is a server's"] = ($"jbs_{Client[4..]}", 401),
            ["a token that was changed"] = (Player[..^10] + (Player[^10] == 'A' ? 'B' : 'A') + Player[^9..], 401),
            ["an expired token"] = (expiredToken, 401),
            ["an expired key"] = (expiring.Secret, 401),
            ["a revoked key"] = (revoked.Secret, 401),
            ["another game's server key"] = ((await keys.CreateAsync(other, KeyKind.Server, "other", null)).Secret, 403),
            ["another game's client key"] = ((await keys.CreateAsync(other, KeyKind.Client, "other", null)).Secret, 403),
            ["another game's token"] = (Server.Credentials.Tokens.Issue(other, strangers[0]).Token, 403),
        };
    }

    /// <summary>Signs in as a new player: some calls are the last that a player makes.</summary>
    internal async Task<(string Token, string PublicId)> SignInAsync()
    {
        var game = GameId.Parse(Game);
        var id = ExternalId.Copy(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"oNew{Interlocked.Increment(ref signedIn)}")));
        var player = (await Server.Boards.RegisterAsync(game, [id]))![0];
        return (Server.Credentials.Tokens.Issue(game, player).Token, Server.Boards.PublicIdOf(game, player).ToString());
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
