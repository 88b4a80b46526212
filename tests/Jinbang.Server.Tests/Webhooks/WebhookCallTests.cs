using System.Globalization;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Tests.Access;
using Jinbang.Server.Webhooks;

namespace Jinbang.Server.Tests.Webhooks;

public sealed class WebhookCallTests
{
    private const string Path = "/v1/games/reef/webhooks";

    private static readonly GameId Game = GameId.Parse("reef");

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Games:reef:Name"] = "Reef",
        ["Games:lake:Name"] = "Lake",
        ["Webhooks:AllowInsecure"] = "true",
        ["Webhooks:AllowedNetworks:0"] = "127.0.0.0/8",
    };

    [Fact]
    public async Task A_window_that_closes_while_the_server_is_down_is_told_once_and_signed()
    {
        var clock = new ShiftedClock();
        await using var receiver = await WebhookReceiver.StartAsync();
        var server = await TestServer.StartAsync(Settings, clock);
        var daily = new BoardDefinition { Name = "daily", Windows = [new WindowRule { Name = "daily", Kind = WindowKind.Daily }] };
        Assert.Equal(CatalogOutcome.Added, await server.Boards.PutBoardAsync(Game, daily, rebuild: false));
        string secret;
        using (var client = V1Client.Operator(server))
        {
            secret = (await CreateAsync(client, receiver.Url, """["window.closed"]"""))["secret"]!;
        }

        await SubmitAsync(server, "daily", "oOne", 7);
        var folder = await server.LeaveAsync();
        Assert.Empty(receiver.Received);

        clock.Pass(TimeSpan.FromDays(1));
        server = await TestServer.StartAsync(Settings, clock, folder);
        await Eventually.HoldsAsync(() => !receiver.Received.IsEmpty);
        folder = await server.LeaveAsync();

        server = await TestServer.StartAsync(Settings, clock, folder);
        await using (server)
        {
            using var client = V1Client.Operator(server);
            await SubmitAsync(server, "daily", "oTwo", 9);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            var told = Assert.Single(receiver.Received);
            Assert.StartsWith("wc_", told.Id, StringComparison.Ordinal);
            AssertSigned(told, secret);

            // Who asks instead finds the same.
            var events = (await client.GetAsync("/v1/games/reef/events?limit=1")).Is(200);
            var first = events.Json.GetProperty("events")[0];
            Assert.Equal((told.Id, Encoding.UTF8.GetString(told.Body)), (first.GetProperty("id").GetString(), first.GetProperty("event").GetRawText()));
            Assert.Equal(events["next"], first.GetProperty("number").GetString());
            Assert.Empty((await client.GetAsync($"/v1/games/reef/events?after={events["next"]}")).Is(200).Json.GetProperty("events").EnumerateArray());
            (await client.GetAsync("/v1/games/reef/events?limit=501")).Blames("limit");
        }
    }

    [Fact]
    public async Task Only_what_is_wanted_is_sent()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        await SubmitAsync(server, "main", "oZero", 1);
        var id = (await CreateAsync(client, receiver.Url, """["first_place.taken"]"""))["id"];
        await SubmitAsync(server, "main", "oOne", 7);
        await Eventually.HoldsAsync(() => receiver.Received.Count == 1);
        Assert.StartsWith("fp_", receiver.Ids.Single(), StringComparison.Ordinal);
        (await SendAsync(client, "PATCH", $"{Path}/{id}", """{"is_disabled":true}""")).Is(200);
        await SubmitAsync(server, "main", "oTwo", 8);
        (await SendAsync(client, "PATCH", $"{Path}/{id}", """{"is_disabled":false,"types":[]}""")).Is(200);
        await SubmitAsync(server, "main", "oThree", 9);
        await Eventually.HoldsAsync(() => receiver.Received.Count == 2);
        Assert.Contains("\"score\":\"9\"", Encoding.UTF8.GetString(receiver.Received.Last().Body), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => client.GetAsync($"{Path}/{id}").Result["delivered"] != "0");
        (await client.DeleteAsync($"{Path}/{id}")).Is(204);
        await SubmitAsync(server, "main", "oFour", 10);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.Equal(2, receiver.Received.Count);
    }

    [Fact]
    public async Task A_secret_is_shown_when_it_is_made_and_the_one_before_signs_for_a_day()
    {
        var clock = new ShiftedClock();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await TestServer.StartAsync(Settings, clock);
        using var client = V1Client.Operator(server);
        var made = await CreateAsync(client, receiver.Url);
        var one = $"{Path}/{made["id"]}";
        Assert.False((await client.GetAsync(one)).Is(200).Json.TryGetProperty("secret", out _));
        Assert.DoesNotContain("whsec_", (await client.GetAsync(Path)).Is(200).Text, StringComparison.Ordinal);
        var rotated = (await client.PostAsync($"{one}/rotate")).Is(200);
        Assert.NotEqual(made["secret"], rotated["secret"]);
        Assert.NotNull(rotated["previous_secret_until"]);

        var test = (await client.PostAsync($"{one}/test")).Is(200);
        Assert.True(test.Json.GetProperty("is_delivered").GetBoolean());
        var ping = receiver.Received.Single();
        Assert.Equal(test["id"], ping.Id);
        AssertSigned(ping, $"{rotated["secret"]} {made["secret"]}");

        clock.Pass(BoardsOutbox.Overlap);
        await client.PostAsync($"{one}/test");
        AssertSigned(receiver.Received.Last(), rotated["secret"]!);

        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 500);
        test = (await client.PostAsync($"{one}/test")).Is(200);
        Assert.False(test.Json.GetProperty("is_delivered").GetBoolean());
        Assert.Contains("500", test["trouble"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_once()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        foreach (var url in (string?[])[null, "", "reef", "ftp://127.0.0.1/", "http://10.0.0.1/", "http://user@127.0.0.1/", "https://no-such-host.invalid/", $"http://127.0.0.1/{new string('a', 2_048)}"])
        {
            (await client.PostAsync(Path, $$"""{"url":{{(url is null ? "null" : $"\"{url}\"")}}}""")).Blames("url");
        }

        (await client.PostAsync(Path, """{"url":"http://127.0.0.1/","types":["score.submitted"],"secret":"mine"}""")).Blames("types", "secret");
        (await client.GetAsync($"{Path}/wh_none")).Fails(404, "not_found");
        (await client.GetAsync("/v1/games/nowhere/webhooks")).Fails(404, "not_found");
        var id = (await CreateAsync(client, new Uri("http://127.0.0.1:9/")))["id"];
        (await SendAsync(client, "PATCH", $"{Path}/{id}", """{"url":"http://192.168.0.1/"}""")).Blames("url");
        (await client.GetAsync($"/v1/games/lake/webhooks/{id}")).Fails(404, "not_found");
        for (var i = 1; i < BoardsOutbox.MostPerGame; i++)
        {
            await CreateAsync(client, new Uri("http://127.0.0.1:9/"));
        }

        (await client.PostAsync(Path, """{"url":"http://127.0.0.1:9/"}""")).Fails(409, "too_many");
    }

    [Fact]
    public async Task A_deleted_games_webhooks_are_not_a_later_games()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await TestServer.StartAsync(Settings);
        using var client = V1Client.Operator(server);
        await CreateAsync(client, receiver.Url);
        await server.Boards.DeleteGameAsync(Game);
        (await client.GetAsync(Path)).Fails(404, "not_found");
        await server.Boards.PutGameAsync(new GameDefinition { Id = Game });
        await server.Boards.PutBoardAsync(Game, new BoardDefinition { Name = "main" }, rebuild: false);
        Assert.Equal("""{"webhooks":[]}""", (await client.GetAsync(Path)).Is(200).Text);
        await SubmitAsync(server, "main", "oOne", 7);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.Empty(receiver.Received);
    }

    private static async Task<V1Reply> CreateAsync(V1Client client, Uri url, string types = "[]") =>
        (await client.PostAsync(Path, $$"""{"url":"{{url}}","types":{{types}}}""")).Is(201);

    private static Task<V1Reply> SendAsync(V1Client client, string method, string path, string json) => client.SendAsync(method, path, json);

    private static async Task SubmitAsync(TestServer server, string board, string player, long score)
    {
        var outcome = await server.Boards.SubmitAsync(
            new BoardId(Game, board), new SubmissionRequest { ExternalId = ExternalId.Copy(Encoding.ASCII.GetBytes(player)), Scores = new ScoreColumns(score) });
        Assert.Equal(SubmitResult.First, outcome.Result);
    }

    private static void AssertSigned(ReceivedEvent received, string secret)
    {
        var timestamp = long.Parse(received.Headers[WebhookSignature.TimestampHeader].ToString(), CultureInfo.InvariantCulture);
        Assert.Equal(WebhookSignature.Sign(WebhookSecret.TryParse(secret)!, received.Id, timestamp, received.Body), received.Headers[WebhookSignature.SignatureHeader].ToString());
    }
}
