using System.Globalization;

namespace Jinbang.Server.Tests;

/// <summary>One server for a class of tests, with the document's game, games of each setting, and empty games to hand out.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public const string DocumentGame = "5f195b8dc01e13002c2d7341";
    private const int EmptyGames = 80;

    private TestServer? server;
    private int handedOut;

    internal TestServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            [$"Games:{DocumentGame}:Name"] = "Pinball",
            ["Games:bounded:LowestScore"] = "-5",
            ["Games:bounded:HighestScore"] = "1000",
            ["Games:in-base64:Nicknames"] = "base64",
            ["Games:in-text:Scores"] = "text",
            ["Games:with-places:Rank"] = "place",
            ["Games:listed:Origins:0"] = "https://game.example",
            ["Games:listed:Origins:1"] = "https://other.example:8443",
        };
        for (var i = 1; i <= EmptyGames; i++)
        {
            settings[string.Create(CultureInfo.InvariantCulture, $"Games:empty-{i}:Name")] = "Empty";
        }

        server = await TestServer.StartAsync(settings);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A game that nobody has played yet.</summary>
    internal Task<GameClient> PlayEmptyAsync()
    {
        var number = Interlocked.Increment(ref handedOut);
        Assert.True(number <= EmptyGames, "The fixture has no empty game left: give it more.");
        return Server.PlayAsync(string.Create(CultureInfo.InvariantCulture, $"empty-{number}"));
    }

    internal Task<GameClient> PlayAsync() => Server.PlayAsync(DocumentGame);
}
