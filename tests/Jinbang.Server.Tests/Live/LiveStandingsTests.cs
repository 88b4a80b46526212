using System.Net;
using System.Text;
using System.Text.Json;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Live;

namespace Jinbang.Server.Tests.Live;

public sealed class LiveStandingsTests
{
    [Fact]
    public async Task The_first_event_comes_at_once_and_is_the_window()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync(new BoardDefinition
        {
            Name = "lap",
            Columns = [new ColumnDefinition { Order = ScoreOrder.LowerIsBetter, Decimals = 2 }, new ColumnDefinition { Name = "falls", Order = ScoreOrder.LowerIsBetter }],
        });
        var first = await server.SubmitAsync(board, 1, new ScoreColumns(-1250, 3));
        await server.SubmitAsync(board, 2, new ScoreColumns(long.MaxValue, 0));
        await server.Boards.ChangeProfileAsync(LiveServer.Game, first, new ProfileChange { Nickname = Encoding.UTF8.GetBytes("珊瑚\n\"😀\"") });

        await using var stream = await server.WatchAsync(new { board = "lap", window = "all_time" });
        Assert.Equal(HttpStatusCode.OK, stream.Response.StatusCode);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", stream.Response.Headers.CacheControl!.ToString());
        Assert.Equal("no", stream.Response.Headers.GetValues("X-Accel-Buffering").Single());
        var seen = await stream.NextAsync();
        Assert.Equal("3000", stream.Retry);
        Assert.Equal("standings", seen.Name);
        Assert.StartsWith($"{await server.Boards.VersionAsync(board)}-", seen.Id, StringComparison.Ordinal);
        var id = server.Boards.PublicIdOf(LiveServer.Game, first);
        Assert.Equal((await server.Boards.VersionAsync(board)).ToString(System.Globalization.CultureInfo.InvariantCulture), seen.Json.GetProperty("version").GetString());
        Assert.Equal("""{"name":"all_time","state":"open","count":2}""", seen.Json.GetProperty("window").GetRawText());
        var lines = seen.Json.GetProperty("lines");
        Assert.Equal("珊瑚\n\"😀\"", lines[0].GetProperty("nickname").GetString());
        Assert.StartsWith($$"""{"rank":1,"player":"{{id}}","nickname":""", lines[0].GetRawText(), StringComparison.Ordinal);
        Assert.EndsWith(""","avatar":null,"score":"-12.50","score_number":-12.50,"tie_breakers":{"falls":"3"}}""", lines[0].GetRawText(), StringComparison.Ordinal);
        Assert.Equal("92233720368547758.07", lines[1].GetProperty("score").GetString());
        Assert.False(lines[1].TryGetProperty("score_number", out _));
        Assert.False(seen.Json.TryGetProperty("player", out _));
    }

    [Fact]
    public async Task A_change_brings_an_event_with_the_new_ranks()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync("reef");
        await server.SubmitAsync(board, 1, 100);
        await using var stream = await server.WatchAsync(new { board = "reef", window = "all_time", top = 2 });
        Assert.Equal("1 100", (await stream.NextAsync()).Lines);
        await server.SubmitAsync(board, 2, 200);
        Assert.Equal("1 200, 2 100", (await stream.NextAsync()).Lines);
        await server.SubmitAsync(board, 3, 150);
        var last = await stream.NextAsync();
        Assert.Equal(("1 200, 2 150", 3), (last.Lines, last.Json.GetProperty("window").GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_change_that_is_not_shown_brings_no_event()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync("reef");
        await server.SubmitAsync(board, 1, 100);
        await server.SubmitAsync(board, 2, 10);
        await using var stream = await server.WatchAsync(new { board = "reef", window = "all_time", top = 1 });
        await stream.NextAsync();
        await server.SubmitAsync(board, 2, 20);
        await stream.IsSilentAsync(TimeSpan.FromSeconds(1.2));
    }

    [Fact]
    public async Task However_many_changes_there_are_two_events_a_second_come_at_the_most_and_the_last_is_right()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync("reef");
        await using var stream = await server.WatchAsync(new { board = "reef", window = "all_time" });
        await stream.NextAsync();
        var began = TimeProvider.System.GetTimestamp();
        var score = 0;
        var submitting = Task.Run(async () =>
        {
            while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3))
            {
                await server.SubmitAsync(board, 1, ++score);
            }
        });
        var events = 0;
        while (true)
        {
            var next = await stream.NextAsync();
            events++;
            if (submitting.IsCompleted && next.Lines == $"1 {score}")
            {
                break;
            }
        }

        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Assert.InRange(events, 3, (2 * seconds) + 1);
        Assert.True(score > 20, $"Only {score} changes.");
    }

    [Fact]
    public async Task A_player_who_is_named_is_shown_with_his_neighbours()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync("reef");
        for (var player = 1; player <= 9; player++)
        {
            await server.SubmitAsync(board, player, player * 10);
        }

        var newcomer = (await server.Boards.RegisterAsync(LiveServer.Game, [LiveServer.IdOf(50)]))!.Single();
        await using var stream = await server.WatchAsync(new { board = "reef", window = "all_time", top = 1, player = "me", around = 2 }, newcomer);
        var first = await stream.NextAsync();
        Assert.Equal(JsonValueKind.Null, first.Json.GetProperty("player").ValueKind);
        await server.SubmitAsync(board, 50, 55);
        var shown = await stream.NextAsync();
        Assert.Equal((5, "3 70, 4 60, 5 55, 6 50, 7 40"), (shown.OwnRank, shown.Around));
        Assert.Equal(server.Boards.PublicIdOf(LiveServer.Game, newcomer).ToString(), shown.Json.GetProperty("player").GetProperty("player").GetString());

        await server.SubmitAsync(board, 50, 95);
        shown = await stream.UntilAsync(static next => next.OwnRank == 1);
        Assert.Equal("1 95, 2 90, 3 80", shown.Around);

        // By his public id, without neighbours; a change elsewhere that moves him is shown.
        var last = await server.SubmitAsync(board, 1, 11);
        await using var other = await server.WatchAsync(new { board = "reef", window = "all_time", top = 1, player = server.Boards.PublicIdOf(LiveServer.Game, last).ToString() });
        Assert.Equal((10, ""), ((await other.NextAsync()) is var own ? own.OwnRank : null, own.Around));
        await server.SubmitAsync(board, 2, 96);
        Assert.Equal(10, (await other.NextAsync()).OwnRank);
        await server.SubmitAsync(board, 1, 77);
        Assert.Equal(5, (await other.NextAsync()).OwnRank);
        Assert.True(await server.Boards.DeletePlayerAsync(LiveServer.Game, last));
        Assert.Null((await other.NextAsync()).OwnRank);
    }

    [Fact]
    public async Task A_silent_stream_shows_that_it_is_alive()
    {
        await using var server = await LiveServer.StartAsync(new LiveTimes { Heartbeat = TimeSpan.FromSeconds(0.6) });
        await server.MakeAsync("reef");
        await using var stream = await server.WatchAsync(new { board = "reef", window = "all_time" });
        await stream.NextAsync();
        await stream.IsSilentAsync(TimeSpan.FromSeconds(3));
        Assert.InRange(stream.Comments, 2, 5);
    }

    [Fact]
    public async Task Who_has_seen_the_present_state_gets_nothing_until_it_changes()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync("reef");
        var player = await server.SubmitAsync(board, 1, 100);
        foreach (var body in (object[])[new { board = "reef", window = "all_time" }, new { board = "reef", window = "all_time", player = "me", around = 1 }])
        {
            var url = await server.TicketAsync(body, player);
            string id;
            await using (var before = await LiveStream.OpenAsync(server.Http, url))
            {
                id = (await before.NextAsync()).Id!;
            }

            await using (var silent = await LiveStream.OpenAsync(server.Http, url, id))
            {
                await silent.IsSilentAsync(TimeSpan.FromSeconds(0.8));
            }

            await using var again = await LiveStream.OpenAsync(server.Http, url, id);
            var score = await server.Boards.VersionAsync(board);
            await server.SubmitAsync(board, 1, score);
            Assert.Equal($"1 {score}", (await again.NextAsync()).Lines);
            await using var late = await LiveStream.OpenAsync(server.Http, url, id);
            Assert.Equal($"1 {score}", (await late.NextAsync()).Lines);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public async Task The_current_day_goes_on_as_the_next_one_and_the_close_of_the_old_one_is_told(int grace)
    {
        var clock = new ShiftedClock();
        var now = clock.GetUtcNow();
        clock.Pass(now.Date.AddHours(36) - now.UtcDateTime);
        var (today, tomorrow) = ($"daily:{clock.GetUtcNow():yyyy-MM-dd}", $"daily:{clock.GetUtcNow().AddDays(1):yyyy-MM-dd}");
        await using var server = await LiveServer.StartAsync(time: clock);
        var board = await server.MakeAsync("reef", WindowKind.Daily, TimeSpan.FromSeconds(grace));
        await server.SubmitAsync(board, 1, 100);
        await using var stream = await server.WatchAsync(new { board = "reef", window = "daily" });
        await using var named = await server.WatchAsync(new { board = "reef", window = today });
        Assert.Equal(today, (await stream.NextAsync()).Window);
        await named.NextAsync();

        clock.Pass(TimeSpan.FromHours(12));
        var next = await stream.UntilAsync(static next => next.Name == "standings");
        Assert.Equal((tomorrow, ""), (next.Window, next.Lines));
        clock.Pass(TimeSpan.FromSeconds(grace));
        Assert.Equal($$"""{"window":"{{today}}"}""", (await stream.UntilAsync(static next => next.Name == "closed")).Data);
        await server.SubmitAsync(board, 1, 7);
        next = await stream.NextAsync();
        Assert.Equal((tomorrow, "1 7"), (next.Window, next.Lines));

        Assert.Equal("closed", (await named.NextAsync()).Name);
        var closed = await named.NextAsync();
        Assert.Equal(("1 100", "closed"), (closed.Lines, closed.Json.GetProperty("window").GetProperty("state").GetString()));
    }

    [Fact]
    public async Task When_the_board_is_deleted_its_streams_end()
    {
        await using var server = await LiveServer.StartAsync();
        var board = await server.MakeAsync("reef");
        var url = await server.TicketAsync(new { board = "reef", window = "all_time" });
        await using var stream = await LiveStream.OpenAsync(server.Http, url);
        await using var main = await server.WatchAsync(new { board = "main", window = "all_time" });
        await stream.NextAsync();
        await main.NextAsync();
        await server.Boards.DeleteBoardAsync(board);
        Assert.Equal("gone", (await stream.NextAsync()).Name);
        Assert.Null(await stream.TryNextAsync());
        using var again = await server.Http.GetAsync(url);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);

        await server.Boards.DeleteGameAsync(LiveServer.Game);
        Assert.Equal("gone", (await main.NextAsync()).Name);
        Assert.Null(await main.TryNextAsync());
    }

    [Fact]
    public async Task A_stop_says_good_bye_and_does_not_wait()
    {
        await using var server = await LiveServer.StartAsync();
        await server.MakeAsync("reef");
        await using var stream = await server.WatchAsync(new { board = "reef", window = "all_time" });
        await stream.NextAsync();
        var began = TimeProvider.System.GetTimestamp();
        await server.StopAsync();
        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.Equal("bye", (await stream.NextAsync()).Name);
        Assert.Null(await stream.TryNextAsync());
        Assert.True(took < TimeSpan.FromSeconds(2), $"It took {took}.");
    }
}
