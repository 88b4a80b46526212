using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

/// <summary>A database of schema 1, with a folded and an unfolded part of its log, under this program.</summary>
public sealed class WindowsMigrationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public WindowsMigrationTests()
    {
        using var connection = folder.Create();
        Migrator.Migrate(connection, Migrator.Scripts().Take(1), 1);
        SqliteFile.Execute(connection, """
            INSERT INTO game (number, id, players) VALUES (1, 'night-market', 3), (4, 'lantern-run', 1);
            INSERT INTO board (number, game, name, score_order, keep, last_order) VALUES (2, 1, 'main', 1, 1, 2), (3, 1, 'times', 2, 1, 1), (7, 4, 'main', 1, 1, 0);
            INSERT INTO player (key, game, external_id, public_id) VALUES
              (4294967297, 1, 'o-a', x'00000000000000000001'), (4294967298, 1, 'o-b', x'00000000000000000002'), (4294967299, 1, '云', x'00000000000000000003'),
              (17179869185, 4, 'o-a', x'00000000000000000004');
            INSERT INTO profile (key, nickname, sex) VALUES (4294967297, '鹤', 1);
            INSERT INTO log (number, board, player, score, ord, result, at) VALUES
              (11, 2, 1, 50, 1, 1, 1770000000000), (12, 2, 2, 60, 2, 1, 1770000000001), (13, 3, 1, -5, 1, 1, 1770000000002),
              (14, 2, 1, 70, 3, 2, 1770000000003), (15, 7, 1, 9, 1, 1, 1770000000004);
            INSERT INTO entry (key, score, ord) VALUES (8589934593, 50, 1), (8589934594, 60, 2), (12884901889, -5, 1);
            UPDATE store SET commit_number = 40, log_number = 15, folded = 13
            """);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Everything_is_there_afterwards()
    {
        for (var opening = 0; opening < 2; opening++)
        {
            await using var store = folder.Open(new SqliteStoreOptions { FoldAge = TimeSpan.Zero, LogRetention = TimeSpan.FromDays(3650), UnsafeWithoutSync = true });
            Assert.Equal(40, await store.ReadVersionAsync(CancellationToken.None));
            var contents = await store.LoadAsync(CancellationToken.None);
            Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1770000000004), contents.LastCommit);
            Assert.Equal([(1, "night-market"), (4, "lantern-run")], contents.Games.Select(static game => (game.Number, game.Definition.Id.ToString())));
            Assert.All(contents.Games, static game => Assert.Equal(("", null), (game.Definition.Name, game.Definition.Origins)));
            var boards = contents.Games.SelectMany(static game => game.Boards).ToArray();
            Assert.Equal([(2, 3L), (3, 1L), (7, 1L)], boards.Select(static board => (board.Number, board.LastOrder)));
            Assert.All(boards, static board => Assert.Equal(
                new StoredWindow(board.Number, board.Number, "all_time", WindowKind.AllTime, "", null, null, null, WindowState.Open), Assert.Single(board.Windows)));
            Assert.Equal([new Entry(new(1), new Score(70), 3), new Entry(new(2), new Score(60), 2)], (await LoadedWindow.LoadAsync(store, 2)).Entries.Values);
            Assert.Equal([new Entry(new(1), new Score(-5), 1)], (await LoadedWindow.LoadAsync(store, 3)).Entries.Values);
            Assert.Equal([new Entry(new(1), new Score(9), 1)], (await LoadedWindow.LoadAsync(store, 7)).Entries.Values);
            Assert.Equal([1, 2, 3], (await store.RegisterAsync(1, [Id("o-a"), Id("o-b"), Id("云")], CancellationToken.None)).Select(static player => player.Number));
            Assert.Equal("鹤", Encoding.UTF8.GetString((await store.ReadProfilesAsync(1, [new(1)], CancellationToken.None))[0]!.Nickname!));

            var history = await store.ReadHistoryAsync(2, new PlayerId(1), long.MaxValue, 10, CancellationToken.None);
            Assert.Equal([(14, 70L), (11, 50L)], history.Select(static row => ((int)row.Number, row.Submitted.First)));
            Assert.Equal([new WindowLine(2, SubmitResult.Improved, new ScoreColumns(70), default, default, 0)], history[0].Windows);
            await store.FoldAllAsync(folder);
        }

        Assert.Equal(["1"], folder.Select("SELECT count(DISTINCT secret) FROM store WHERE length(secret) = 32"));
        Assert.Equal(folder.Select("SELECT board << 32 | player, 0, number FROM log ORDER BY 1, 3"), folder.Select("SELECT * FROM log_index"));
    }

    [Fact]
    public async Task Boards_get_the_definition_that_the_program_would_write()
    {
        await using (folder.Open())
        {
        }

        var lower = new BoardDefinition { Name = "times", Columns = [new ColumnDefinition { Order = ScoreOrder.LowerIsBetter }] };
        var main = DefinitionJson.Write(new BoardDefinition { Name = "main" });
        Assert.Equal([main, DefinitionJson.Write(lower), main], folder.Select("SELECT definition FROM board ORDER BY number"));
    }

    [Fact]
    public async Task Numbers_go_on_after_the_highest()
    {
        await using var store = folder.Open();
        var game = await store.PutGameAsync(new GameDefinition { Id = GameId.Parse("new") }, CancellationToken.None);
        var board = await store.PutBoardAsync(game, new BoardDefinition { Name = "main" }, CancellationToken.None);
        var window = await store.OpenWindowsAsync([new WindowOpening(board, "all_time", WindowKind.AllTime, "", null, null, null)], CancellationToken.None);
        Assert.Equal((5, 8, 8), (game, board, window[0]));
        Assert.Equal(4, (await store.RegisterAsync(1, [Id("o-new")], CancellationToken.None))[0].Number);
        Assert.Equal(41, await store.CommitAsync(StoreCalls.Row(2, 4, 1, 4)));
        Assert.Equal(["16"], folder.Select("SELECT log_number FROM store"));
    }

    [Fact]
    public async Task A_fresh_file_and_a_migrated_one_have_the_same_schema()
    {
        const string Schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";
        await using (folder.Open())
        {
        }

        using var fresh = new TemporaryFolder();
        await using (fresh.Open())
        {
        }

        Assert.Equal(fresh.Select(Schema), folder.Select(Schema));
    }

    private static Boards.Players.ExternalId Id(string id) => Boards.Players.ExternalId.Copy(Encoding.UTF8.GetBytes(id));
}
