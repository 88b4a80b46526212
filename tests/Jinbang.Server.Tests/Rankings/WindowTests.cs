using System.Globalization;

namespace Jinbang.Server.Tests.Rankings;

public sealed class WindowTests
{
    [Fact]
    public async Task A_day_that_is_over_closes_and_is_read_by_its_name_ever_after()
    {
        var clock = new ShiftedClock();
        var midnight = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        clock.Pass(midnight.AddHours(12) - clock.GetUtcNow());
        await using var server = await TestServer.StartAsync(time: clock);
        using var game = await V1Game.MakeAsync(server, "days", null, V1Game.Rich);
        var today = Day(clock.GetUtcNow());
        await game.SubmitAsync("rich", "oOne", "5", ""","tie_breakers":{"moves":7}""");
        await game.SubmitAsync("rich", "oTwo", "6", ""","tie_breakers":{"moves":7}""");
        var page = await game.Client.GetAsync(game.Standings("rich", "daily") + "?limit=1");
        Assert.Equal($"daily:{today}", page.Json.GetProperty("window").GetProperty("name").GetString());
        var prepared = await game.Client.GetAsync(game.Standings("rich", "daily"));

        // A quarter of an hour after midnight the day before still takes what a server names it for.
        clock.Pass(midnight.AddDays(1).AddMinutes(15) - clock.GetUtcNow());
        var next = await game.Client.GetAsync(game.Standings("rich", "daily"));
        Assert.NotEqual(prepared.Text, next.Text);
        Assert.Equal(("empty", 0), (next.Json.GetProperty("window").GetProperty("state").GetString(), next.Json.GetProperty("lines").GetArrayLength()));
        Assert.Equal(2, (await game.Client.GetAsync(game.Standings("rich", "daily:previous"))).Json.GetProperty("lines").GetArrayLength());
        Assert.Equal(200, (await game.Client.GetAsync($"{game.Standings("rich", $"daily:{today}")}?cursor={page["next"]}")).Status);
        (await game.Client.GetAsync($"{game.Standings("rich", "daily")}?cursor={page["next"]}")).Blames("cursor");
        await game.SubmitAsync("rich", "oThree", "1", $$""","tie_breakers":{"moves":7},"window":"daily:{{today}}" """);
        Assert.Equal(3, (await game.Client.GetAsync(game.Standings("rich", $"daily:{today}"))).Json.GetProperty("lines").GetArrayLength());
        await game.SubmitAsync("rich", "oFour", "1", ""","tie_breakers":{"moves":7}""");

        // Once its grace is over it is closed; what closes it comes with the next commits.
        clock.Pass(TimeSpan.FromHours(2));
        string? state = null;
        for (var i = 0; i < 200 && state != "closed"; i++)
        {
            await game.SubmitAsync("rich", "oFour", "1", ""","tie_breakers":{"moves":7}""");
            state = (await game.Client.GetAsync($"{game.PathOf("rich")}/windows/daily:{today}")).Json.GetProperty("window").GetProperty("state").GetString();
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }

        Assert.Equal("closed", state);
        (await game.Server.PostAsync($"{game.PathOf("rich")}/scores", $$"""{"external_id":"oOne","score":9,"tie_breakers":{"moves":7},"window":"daily:{{today}}"}""")).Fails(409, "window_closed");
        var window = (await game.Client.GetAsync($"{game.PathOf("rich")}/windows/daily:previous")).Json.GetProperty("window");
        Assert.Equal(($"daily:{today}", 3), (window.GetProperty("name").GetString(), window.GetProperty("count").GetInt32()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT00:00:00\.000Z$", window.GetProperty("starts_at").GetString());
        Assert.NotNull(window.GetProperty("closed_at").GetString());
        var closed = await game.Client.GetAsync(game.Standings("rich", "daily:previous"));
        Assert.Equal(3, closed.Json.GetProperty("lines").GetArrayLength());

        // Who is forgotten leaves a line without a name.
        var (player, id) = await game.SignInAsync("oTwo");
        (await player.DeleteAsync($"{game.Path}/players/{id}")).Is(204);
        var anonymous = await game.Client.GetAsync(game.Standings("rich", $"daily:{today}"));
        Assert.Null(anonymous.Json.GetProperty("lines")[0].GetProperty("player").GetString());
        Assert.Equal("6.00", anonymous.Json.GetProperty("lines")[0].GetProperty("score").GetString());
        Assert.Equal("all_time", (await game.Client.GetAsync($"{game.PathOf("rich")}/windows?rule=all_time")).Json.GetProperty("windows")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Windows_are_listed_page_by_page_the_latest_first()
    {
        var clock = new ShiftedClock();
        await using var server = await TestServer.StartAsync(time: clock);
        using var game = await V1Game.MakeAsync(server, "pages", null, V1Game.Rich);
        var days = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            clock.Pass(TimeSpan.FromDays(1));
            days.Insert(0, $"daily:{Day(clock.GetUtcNow())}");
            await game.SubmitAsync("rich", "oOne", "5", ""","tie_breakers":{"moves":7}""");
        }

        var seen = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = await game.Client.GetAsync($"{game.PathOf("rich")}/windows?rule=daily&limit=2&cursor={next}");
            Assert.True(page.Status == 200, page.Text);
            seen.AddRange(page.Json.GetProperty("windows").EnumerateArray().Select(static window => window.GetProperty("name").GetString()!));
            next = page["next"];
        }

        Assert.Equal(days, seen);
        (await game.Client.GetAsync($"{game.PathOf("rich")}/windows?limit=101&cursor=x")).Blames("limit", "cursor");
        Assert.Empty((await game.Client.GetAsync($"{game.PathOf("rich")}/windows?rule=weekly")).Json.GetProperty("windows").EnumerateArray());
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
