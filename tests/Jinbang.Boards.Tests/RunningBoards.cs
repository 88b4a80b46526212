using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Tests.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Jinbang.Boards.Tests;

/// <summary>What a submission was answered, for the board's first window.</summary>
internal readonly record struct Told(SubmitResult Result, Rank Rank, Score Score, PlayerId Player);

/// <summary>Loaded boards of the game "night-market" over a real SQLite store in a temporary folder, which can be restarted on the same data.</summary>
internal sealed class RunningBoards : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-boards-").FullName;
    private readonly LocalBoardsOptions options;
    private readonly TimeProvider time;
    private GameDefinition[] games;

    private RunningBoards(LocalBoardsOptions options, GameDefinition[] games, TimeProvider? time = null, int fileFrom = int.MaxValue)
    {
        this.options = options with { Sealing = new SealingOptions(SealedFolder, DataFolder.SyncDirectory, fileFrom) };
        this.games = games;
        this.time = time ?? TimeProvider.System;
        Make();
    }

    public static GameId Game { get; } = GameId.Parse("night-market");

    public FaultyStore Store { get; private set; } = null!;

    public LocalBoards Boards { get; private set; } = null!;

    /// <summary>Makes boards without loading them.</summary>
    public static RunningBoards Unloaded(LocalBoardsOptions? options = null, params BoardDefinition[] boards) => new(
        options ?? new LocalBoardsOptions(), [new GameDefinition { Id = Game, Boards = boards.Length > 0 ? boards : [new BoardDefinition { Name = BoardDefinition.ClassicName }] }]);

    public static async Task<RunningBoards> StartAsync(LocalBoardsOptions? options = null, params BoardDefinition[] boards)
    {
        var running = Unloaded(options, boards);
        await running.Boards.LoadAsync();
        return running;
    }

    public static async Task<RunningBoards> StartAsync(TimeProvider time, int fileFrom, params BoardDefinition[] boards)
    {
        var running = new RunningBoards(new LocalBoardsOptions(), [new GameDefinition { Id = Game, Boards = boards }], time, fileFrom);
        await running.Boards.LoadAsync();
        return running;
    }

    public static async Task<RunningBoards> StartGamesAsync(params GameDefinition[] games)
    {
        var running = new RunningBoards(new LocalBoardsOptions(), games);
        await running.Boards.LoadAsync();
        return running;
    }

    /// <summary>Where files of closed windows lie.</summary>
    public string SealedFolder => Path.Combine(folder, "sealed");

    /// <summary>From the next start on other boards are declared.</summary>
    public void Redeclare(params BoardDefinition[] boards) => games = [new GameDefinition { Id = Game, Boards = boards }];

    public Task StopAsync() => Boards.StopAsync();

    public async Task RestartAsync()
    {
        await Boards.StopAsync();
        await Store.DisposeAsync();
        Make();
        await Boards.LoadAsync();
    }

    /// <summary>Submits by the classic call, which tells only what became of it.</summary>
    public Task<SubmitOutcome> PostAsync(string player, long score, string board = BoardDefinition.ClassicName) =>
        Boards.SubmitAsync(new BoardId(Game, board), Encoding.UTF8.GetBytes(player), new Score(score)).AsTask();

    /// <summary>Submits and tells what the receipt says of the board's first window.</summary>
    public async Task<Told> SubmitAsync(string player, ScoreColumns score, string board = BoardDefinition.ClassicName, string? key = null)
    {
        var request = new SubmissionRequest { ExternalId = ExternalId.Copy(Encoding.UTF8.GetBytes(player)), Scores = score, Key = key };
        var outcome = await Boards.SubmitAsync(new BoardId(Game, board), request);
        return outcome.Receipt is { Windows: [var first, ..] } receipt
            ? new Told(outcome.Result, first.Rank, new Score(first.Scores.First), receipt.Player)
            : new Told(outcome.Result, default, default, outcome.Receipt?.Player ?? default);
    }

    public Task<Told> SubmitAsync(string player, long score, string board = BoardDefinition.ClassicName) => SubmitAsync(player, new ScoreColumns(score), board);

    public Task<ProfileOutcome> ChangeAsync(string player, string? nickname = null, string? city = null) => Boards.ChangeProfileAsync(
        Game,
        Encoding.UTF8.GetBytes(player),
        new ProfileChange { Nickname = nickname is null ? null : Encoding.UTF8.GetBytes(nickname), City = city is null ? null : Encoding.UTF8.GetBytes(city) }).AsTask();

    public Task<Standing?> FindAsync(string player, string board = BoardDefinition.ClassicName) => FindAsync(new BoardId(Game, board), player);

    public async Task<Standing?> FindAsync(BoardId board, string player)
    {
        _ = Boards.VersionOf(board);
        if (!Boards.TryFindPlayer(board.Game, Encoding.UTF8.GetBytes(player), out var number))
        {
            return null;
        }

        var page = await Boards.ReadAsync(board, new WindowName("all_time"), new StandingsQuery.Of([number]), CancellationToken.None);
        return page!.Lines is [var line] ? new Standing(line.Rank, line.Entry) : null;
    }

    public Task<BoardHead> HeadAsync(string board = BoardDefinition.ClassicName) => Boards.HeadAsync(new BoardId(Game, board), CancellationToken.None).AsTask();

    /// <summary>The head as text: score and nickname of each line.</summary>
    public async Task<string[]> LinesAsync(string board = BoardDefinition.ClassicName) => [.. (await HeadAsync(board)).Rows.Select(Line)];

    public static string Line(HeadRow row) => $"{row.Entry.Score} {(row.Profile?.Nickname is { } nickname ? Encoding.UTF8.GetString(nickname) : "-")}";

    /// <summary>Runs SQL beside the store.</summary>
    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "jinbang.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await Boards.StopAsync();
        await Store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private void Make()
    {
        Store = new FaultyStore(SqliteScoreStore.Open(DataFolder.Take(folder), new SqliteStoreOptions(), time));
        Boards = new LocalBoards(Store, games, time, options);
    }
}
