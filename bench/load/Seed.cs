using System.Net;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Bench.Load;

/// <summary>Fills a board with invented players: for every index a profile and the score that <see cref="SeededScores"/> gives it.</summary>
internal static class Seed
{
    private const int Connections = 128;
    private const int BatchRows = 10_000;

    /// <summary>Makes a data folder with this many players in the game, straight through the store.</summary>
    public static async Task SeedAsync(string dataDirectory, int players, string game, CancellationToken cancellationToken)
    {
        var options = new SqliteStoreOptions { LogRetention = TimeSpan.Zero, FoldRows = BatchRows };
        await using var store = SqliteScoreStore.Open(DataFolder.Take(dataDirectory), options, TimeProvider.System);
        var definition = new GameDefinition { Id = GameId.Parse(game), Boards = [new BoardDefinition { Name = BoardDefinition.ClassicName }] };
        var stored = await store.OpenGameAsync(definition, cancellationToken);
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() };
        for (var first = 0; first < players; first += BatchRows)
        {
            var indexes = Enumerable.Range(first, Math.Min(BatchRows, players - first)).ToArray();
            var numbers = await store.RegisterAsync(stored.Number, [.. indexes.Select(IdOf)], cancellationToken);
            batch.Clear();
            for (var i = 0; i < indexes.Length; i++)
            {
                batch.Profiles.Add(new ProfileRow(stored.Number, numbers[i], ProfileOf(indexes[i])));
                batch.Scores.Add(new ScoreRow(stored.Boards[0].Number, numbers[i], new Score(SeededScores.Of(indexes[i])), indexes[i] + 1, SubmitResult.First));
            }

            await store.CommitAsync(batch, cancellationToken);
            while (await store.MaintainAsync(cancellationToken))
            {
                // Folds and forgets, so that the folder is as small as one that has been at rest.
            }
        }
    }

    /// <summary>Posts all profiles and scores to a server that runs.</summary>
    public static void Post(IPEndPoint server, int players, string game, CancellationToken cancellationToken)
    {
        using var client = new LoadClient(server, Connections);
        var posted = client.RunClosed(new SeedWorkload(new(game, server.Port), players), TimeSpan.MaxValue, cancellationToken);
        if (posted.Errors > 0)
            throw new InvalidOperationException($"Seeding: {posted.Errors} of {posted.Replies} replies were wrong, the first: {posted.FirstError}");
    }

    private static ExternalId IdOf(int index)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        Ids.Write(index, id);
        return ExternalId.Copy(id);
    }

    private static ProfileChange ProfileOf(int index)
    {
        Span<byte> text = stackalloc byte[256];
        var nickname = text[..Nicknames.Write(index, 0, text)].ToArray();
        return new ProfileChange { Nickname = nickname, Avatar = text[..Avatars.Write(index, text)].ToArray(), Sex = 1, Province = [], City = [], Country = [] };
    }
}
