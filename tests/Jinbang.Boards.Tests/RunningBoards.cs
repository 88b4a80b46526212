using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Tests.Storage;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Jinbang.Boards.Tests;

/// <summary>Loaded boards of the game "night-market" over a real SQLite store in a temporary folder, which can be restarted on the same data.</summary>
internal sealed class RunningBoards : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-boards-").FullName;
    private readonly LocalBoardsOptions options;
    private readonly GameDefinition[] games;

    private RunningBoards(LocalBoardsOptions options, GameDefinition[] games)
    {
        this.options = options;
        this.games = games;
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

    public static async Task<RunningBoards> StartGamesAsync(params GameDefinition[] games)
    {
        var running = new RunningBoards(new LocalBoardsOptions(), games);
        await running.Boards.LoadAsync();
        return running;
    }

    public async Task RestartAsync()
    {
        await Boards.StopAsync();
        await Store.DisposeAsync();
        Make();
        await Boards.LoadAsync();
    }

    public Task<SubmitOutcome> SubmitAsync(string player, long score, string board = BoardDefinition.ClassicName) =>
        Boards.SubmitAsync(new BoardId(Game, board), Encoding.UTF8.GetBytes(player), new Score(score)).AsTask();

    public Task<ProfileOutcome> ChangeAsync(string player, string? nickname = null, string? city = null) => Boards.ChangeProfileAsync(
        Game,
        Encoding.UTF8.GetBytes(player),
        new ProfileChange { Nickname = nickname is null ? null : Encoding.UTF8.GetBytes(nickname), City = city is null ? null : Encoding.UTF8.GetBytes(city) }).AsTask();

    public Task<Standing?> FindAsync(string player, string board = BoardDefinition.ClassicName) =>
        Boards.FindAsync(new BoardId(Game, board), Encoding.UTF8.GetBytes(player)).AsTask();

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
        Store = new FaultyStore(SqliteScoreStore.Open(DataFolder.Take(folder), new SqliteStoreOptions(), TimeProvider.System));
        Boards = new LocalBoards(Store, games, TimeProvider.System, options);
    }
}
