using System.Net;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Servers;

namespace Jinbang.Bench.Load;

/// <summary>Fills a board with invented players: for every index a profile and the score that <see cref="Players.SeededScores"/> gives it.</summary>
internal static class Seed
{
    private const int Connections = 128;

    /// <summary>Makes a data folder with this many players in the game, by a Jinbang that runs for the purpose.</summary>
    public static async Task SeedAsync(string dataDirectory, int players, string jinbang, string game, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(dataDirectory);
        await using var server = await ServerProcess.StartJinbangAsync(jinbang, dataDirectory, dataDirectory.TrimEnd('/') + ".log", cancellationToken);
        Post(server.Address, players, game, cancellationToken);
        await ServerUsage.SettleAsync(server.Pid, cancellationToken);
    }

    /// <summary>Posts all profiles and scores to a server that runs.</summary>
    public static void Post(IPEndPoint server, int players, string game, CancellationToken cancellationToken)
    {
        using var client = new LoadClient(server, Connections);
        var posted = client.RunClosed(new SeedWorkload(new(game, server.Port), players), TimeSpan.MaxValue, cancellationToken);
        if (posted.Errors > 0)
            throw new InvalidOperationException($"Seeding: {posted.Errors} of {posted.Replies} replies were wrong, the first: {posted.FirstError}");
    }
}
