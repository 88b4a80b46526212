using System.Net;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Bench.Load;

/// <summary>Fills boards with invented players: for every index a profile and, in each of the board's windows, the score that <see cref="SeededScores"/> gives it.</summary>
internal static class Seed
{
    private const int Connections = 128;
    private const int BatchRows = 10_000;

    // Older than the log is kept, so that the folder is as small as one that has been at rest.
    private static readonly TimeSpan Age = 2 * SqliteStoreOptions.ShortestLogRetention;

    /// <summary>Makes a data folder with boards of a game, straight through the store. Every board has this many players of its own: the first board the first ones.</summary>
    public static async Task SeedAsync(string dataDirectory, GameDefinition game, int playersEach, CancellationToken cancellationToken)
    {
        var options = new SqliteStoreOptions { LogRetention = TimeSpan.Zero, FoldRows = BatchRows, FoldAge = TimeSpan.Zero };
        await using var store = SqliteScoreStore.Open(DataFolder.Take(dataDirectory), options, TimeProvider.System);
        await store.LoadAsync(cancellationToken);
        var number = await store.PutGameAsync(game, cancellationToken);
        var boards = await MakeBoardsAsync(store, number, game.Boards, cancellationToken);

        var players = boards.Count * playersEach;
        var batch = new CommitBatch { At = TimeProvider.System.GetUtcNow() - Age };
        for (var first = 0; first < players; first += BatchRows)
        {
            var indexes = Enumerable.Range(first, Math.Min(BatchRows, players - first)).ToArray();
            var numbers = await store.RegisterAsync(number, [.. indexes.Select(IdOf)], cancellationToken);
            batch.Clear();
            for (var i = 0; i < indexes.Length; i++)
            {
                if (numbers[i] != PlayerOf(indexes[i]))
                    throw new InvalidOperationException($"The player {indexes[i]} has the number {numbers[i]}.");
                batch.Profiles.Add(new ProfileRow(number, numbers[i], ProfileOf(indexes[i])));
                Add(batch, boards[indexes[i] / playersEach], numbers[i], order: (indexes[i] % playersEach) + 1, new Score(SeededScores.Of(indexes[i])));
            }

            await store.CommitAsync(batch, cancellationToken);
            while (await store.MaintainAsync(cancellationToken))
            {
                // Folds and forgets.
            }
        }

        await FinishAsync(store, dataDirectory, cancellationToken);
    }

    /// <summary>The public ids of a game's players, from a data folder that no server has.</summary>
    public static async Task<PublicIds> ReadIdsAsync(string dataDirectory, string game, CancellationToken cancellationToken)
    {
        await using var store = SqliteScoreStore.Open(DataFolder.Take(dataDirectory), new(), TimeProvider.System);
        var contents = await store.LoadAsync(cancellationToken);
        return new(contents.Secret.Span, contents.Games.Single(stored => stored.Definition.Id == GameId.Parse(game)).Number);
    }

    /// <summary>The number of the player with this index in a game that was seeded.</summary>
    public static PlayerId PlayerOf(int index) => new(index + 1);

    /// <summary>Posts all profiles and scores to a server that runs.</summary>
    public static void Post(IPEndPoint server, int players, string game, CancellationToken cancellationToken)
    {
        using var client = new LoadClient(server, Connections);
        var posted = client.RunClosed(new SeedWorkload(new(game, server.Port), players), TimeSpan.MaxValue, cancellationToken);
        if (posted.Errors > 0)
            throw new InvalidOperationException($"Seeding: {posted.Errors} of {posted.Replies} replies were wrong, the first: {posted.FirstError}");
    }

    /// <summary>Folds and forgets the last of it: the rows of a fold are sorted in the background, and until then there is nothing to do.</summary>
    private static async Task FinishAsync(SqliteScoreStore store, string dataDirectory, CancellationToken cancellationToken)
    {
        using var stored = new StoredData(dataDirectory);
        while (stored.Number("SELECT log_number - folded + (SELECT count(*) FROM log) FROM store") > 0)
        {
            if (!await store.MaintainAsync(cancellationToken))
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<(int Number, IReadOnlyList<int> Windows)>> MakeBoardsAsync(
        SqliteScoreStore store, int game, IReadOnlyList<BoardDefinition> boards, CancellationToken cancellationToken)
    {
        var numbers = new List<int>();
        foreach (var board in boards)
            numbers.Add(await store.PutBoardAsync(game, board, cancellationToken));

        // All windows in one call, which is one sync.
        var now = TimeProvider.System.GetUtcNow();
        var openings = numbers.Zip(boards).SelectMany(pair => pair.Second.Windows.Select(rule => Opening(pair.First, rule, now)));
        var windows = new Queue<int>(await store.OpenWindowsAsync([.. openings], cancellationToken));
        return [.. numbers.Zip(boards).Select(pair => (pair.First, (IReadOnlyList<int>)[.. pair.Second.Windows.Select(_ => windows.Dequeue())]))];
    }

    private static WindowOpening Opening(int board, WindowRule rule, DateTimeOffset now)
    {
        var period = WindowCalendar.PeriodAt(rule, now) ?? throw new InvalidOperationException($"{rule.Name} is not open now.");
        return new(board, rule.Name, rule.Kind, period.Key, period.Starts, period.Ends, period.Ends + rule.Grace);
    }

    private static void Add(CommitBatch batch, (int Number, IReadOnlyList<int> Windows) board, PlayerId player, long order, Score score)
    {
        batch.Submissions.Add(new(board.Number, player, order, score, SubmitResult.First, Key: null, Metadata: null, batch.Windows.Count, board.Windows.Count));
        foreach (var window in board.Windows)
            batch.Windows.Add(new(window, SubmitResult.First, score, default, default, 0));
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
