using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Games;
using Jinbang.Server.Operating;
using Microsoft.Extensions.Configuration;

namespace Jinbang.Server.Tests.Games;

public sealed class BoardSettingsTests
{
    [Fact]
    public void A_game_without_boards_has_the_classic_one()
    {
        var game = Read(("LowestScore", "-5"), ("HighestScore", "1000"), ("Name", "Pinball"), ("Origins:0", "https://game.example"));
        Assert.Equal(("Pinball", "https://game.example"), (game.Name, Assert.Single(game.Origins!)));
        var board = Assert.Single(game.Boards);
        Assert.Equal(("main", -5L, 1000L, false, 0), (board.Name, board.Columns[0].Lowest, board.Columns[0].Highest, board.Ledger, board.MetadataBytes));
    }

    [Fact]
    public void A_declared_board_stands_beside_the_classic_one()
    {
        var game = Read(
            ("LowestScore", "0"),
            ("Boards:Race:Title", "最快"),
            ("Boards:race:Order", "lower"),
            ("Boards:race:Decimals", "3"),
            ("Boards:race:Lowest", "0.5"),
            ("Boards:race:Highest", "3600"),
            ("Boards:race:TieBreakers:0:Name", "moves"),
            ("Boards:race:TieBreakers:0:Order", "LOWER"),
            ("Boards:race:TieBreakers:1:Name", "stars"),
            ("Boards:race:TieBreakers:1:Decimals", "1"),
            ("Boards:race:TieBreakers:1:Highest", "5.0"),
            ("Boards:race:Keep", "Latest"),
            ("Boards:race:Ties", "equal_place_dense"),
            ("Boards:race:Writers", "server"),
            ("Boards:race:Ledger", "false"),
            ("Boards:race:MetadataBytes", "10"),
            ("Boards:race:Windows:week:Kind", "weekly"),
            ("Boards:race:Windows:week:Zone", "Asia/Shanghai"),
            ("Boards:race:Windows:week:StartHour", "4"),
            ("Boards:race:Windows:week:WeekStart", "Sunday"),
            ("Boards:race:Windows:week:GraceSeconds", "60"),
            ("Boards:race:Windows:ever:Kind", "all_time"),
            ("Boards:race:Windows:cup:Kind", "season"),
            ("Boards:race:Windows:cup:StartsAt", "2030-01-01T00:00:00+08:00"),
            ("Boards:race:Windows:cup:EndsAt", "2030-02-01T00:00:00Z"));
        Assert.Equal(["main", "race"], game.Boards.Select(static board => board.Name));
        Assert.Equal(0, game.Boards[0].Columns[0].Lowest);
        var race = new BoardDefinition
        {
            Name = "race",
            Title = "最快",
            Columns =
            [
                new ColumnDefinition { Order = ScoreOrder.LowerIsBetter, Decimals = 3, Lowest = 500, Highest = 3_600_000 },
                new ColumnDefinition { Name = "moves", Order = ScoreOrder.LowerIsBetter },
                new ColumnDefinition { Name = "stars", Decimals = 1, Highest = 50 },
            ],
            Keep = KeepRule.Latest,
            Ties = TieRule.EqualPlaceDense,
            Writers = Writers.Server,
            MetadataBytes = 10,
            Windows =
            [
                new WindowRule { Name = "ever", Kind = WindowKind.AllTime },
                new WindowRule { Name = "cup", Kind = WindowKind.Season, Starts = new(2029, 12, 31, 16, 0, 0, TimeSpan.Zero), Ends = new(2030, 2, 1, 0, 0, 0, TimeSpan.Zero) },
                new WindowRule { Name = "week", Kind = WindowKind.Weekly, Zone = "Asia/Shanghai", StartHour = 4, WeekStart = DayOfWeek.Sunday, Grace = TimeSpan.FromMinutes(1) },
            ],
        };
        Assert.Equal(DefinitionJson.Write(race).Replace("2029-12-31T16:00:00+00:00", "2030-01-01T00:00:00+08:00", StringComparison.Ordinal), DefinitionJson.Write(game.Boards[1]));
    }

    [Fact]
    public void A_declared_board_has_the_defaults_of_the_v1_API()
    {
        var board = Read(("Boards:kills:Title", "Kills")).Boards[1];
        Assert.Equal((true, 256, KeepRule.Best, Writers.Client), (board.Ledger, board.MetadataBytes, board.Keep, board.Writers));
        Assert.Equal(("all_time", WindowKind.AllTime), (board.Windows[0].Name, board.Windows[0].Kind));
    }

    [Theory]
    [InlineData("Boards:Bad.name:Title", "x", "Games:pinball:Boards:Bad.name:Name")]
    [InlineData("Boards:b:Order", "up", "Games:pinball:Boards:b:Order: higher or lower is allowed")]
    [InlineData("Boards:b:Decimals", "many", "Games:pinball:Boards:b:Decimals")]
    [InlineData("Boards:b:Decimals", "7", "Games:pinball:Boards:b:Decimals")]
    [InlineData("Boards:b:Lowest", "low", "Games:pinball:Boards:b:Lowest")]
    [InlineData("Boards:b:Keep", "worst", "Games:pinball:Boards:b:Keep")]
    [InlineData("Boards:b:Ties", "shared", "Games:pinball:Boards:b:Ties")]
    [InlineData("Boards:b:Writers", "all", "Games:pinball:Boards:b:Writers")]
    [InlineData("Boards:b:Ledger", "perhaps", "Games:pinball:Boards:b:Ledger is 'perhaps'")]
    [InlineData("Boards:b:MetadataBytes", "4000", "Games:pinball:Boards:b:MetadataBytes")]
    [InlineData("Boards:b:Colour", "red", "Games:pinball:Boards:b:Colour is no setting")]
    [InlineData("Boards:b:TieBreakers:0:Colour", "red", "Games:pinball:Boards:b:TieBreakers:0:Colour", "Games:pinball:Boards:b:TieBreakers:0:Name")]
    [InlineData("Boards:b:TieBreakers:0:Order", "up", "Games:pinball:Boards:b:TieBreakers:0:Order", "Games:pinball:Boards:b:TieBreakers:0:Name")]
    [InlineData("Boards:b:Windows:w:Kind", "yearly", "Games:pinball:Boards:b:Windows:w:Kind")]
    [InlineData("Boards:b:Windows:w:Zone", "UTC", "Games:pinball:Boards:b:Windows:w:Kind")]
    [InlineData("Boards:b:Windows:w:Colour", "red", "Games:pinball:Boards:b:Windows:w:Colour", "Games:pinball:Boards:b:Windows:w:Kind")]
    [InlineData("Boards:main:Decimals", "2", "Games:pinball:Boards:main: the classic board has one column")]
    [InlineData("Boards:main:TieBreakers:0:Name", "moves", "Games:pinball:Boards:main: the classic board has one column")]
    [InlineData("Boards:main:Keep", "sum", "Games:pinball:Boards:main: the classic board keeps the best")]
    [InlineData("Boards:main:Writers", "player", "Games:pinball:Boards:main: the classic API has no credentials")]
    [InlineData("Boards:main:Windows:daily:Kind", "daily", "Games:pinball:Boards:main: the classic board's first window")]
    public void A_wrong_board_is_a_fault_that_names_the_setting(string key, string value, params string[] faults)
    {
        var found = Faults((key, value));
        Assert.Equal(faults.Length, found.Count);
        Assert.All(faults, fault => Assert.Single(found, line => line.StartsWith(fault, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_declared_classic_board_has_bounds_of_its_own()
    {
        Assert.Contains("LowestScore", Assert.Single(Faults(("LowestScore", "1"), ("Boards:main:Title", "x"))), StringComparison.Ordinal);
        var board = Assert.Single(Read(("Boards:main:Lowest", "1"), ("Boards:main:Windows:all_time:Kind", "all_time"), ("Boards:main:Windows:a_day:Kind", "daily")).Boards);
        Assert.Equal((1, "all_time", "a_day"), (board.Columns[0].Lowest, board.Windows[0].Name, board.Windows[1].Name));
    }

    [Fact]
    public void The_log_is_kept_for_a_day_at_least()
    {
        var fault = Assert.Throws<SettingsException>(() => Settings.Read(Of([("Storage:LogRetentionDays", "0")])));
        Assert.Contains("from 1 to", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declared_boards_are_served()
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Games:pinball:Boards:race:Order"] = "lower" });
        using var client = Access.V1Client.Operator(server);
        Assert.Equal("lower", (await client.GetAsync("/v1/games/pinball/boards/race")).Is(200)["order"]);
        Assert.Equal("higher", (await client.GetAsync("/v1/games/pinball/boards/main")).Is(200)["order"]);
    }

    private static GameDefinition Read(params (string Key, string Value)[] settings) => Assert.Single(Settings.Read(Of(InGame(settings))).Games.Games).Definition;

    private static IReadOnlyList<string> Faults(params (string Key, string Value)[] settings) => Assert.Throws<SettingsException>(() => Settings.Read(Of(InGame(settings)))).Faults;

    private static IEnumerable<(string Key, string Value)> InGame((string Key, string Value)[] settings) => settings.Select(static setting => ($"Games:pinball:{setting.Key}", setting.Value));

    private static IConfigurationRoot Of(IEnumerable<(string Key, string Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
