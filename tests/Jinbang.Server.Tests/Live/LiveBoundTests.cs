using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Jinbang.Boards.Players;
using Jinbang.Server.Live;

namespace Jinbang.Server.Tests.Live;

public sealed class LiveBoundTests
{
    [Fact]
    public async Task A_ticket_says_where_and_until_when_it_is_good_and_is_in_no_log()
    {
        await using var server = await LiveServer.StartAsync();
        using var reply = await server.AskAsync(new { board = "main", window = "all_time" });
        Assert.Equal("no-store", reply.Headers.CacheControl!.ToString());
        var json = await reply.Content.ReadFromJsonAsync<JsonElement>();
        var ticket = json.GetProperty("ticket").GetString()!;
        Assert.Equal($"/v1/live?ticket={ticket}", json.GetProperty("url").GetString());
        Assert.InRange(json.GetProperty("expires_at").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(61));
        await using (var stream = await LiveStream.OpenAsync(server.Http, $"/v1/live?ticket={ticket}"))
        {
            await stream.NextAsync();
            Assert.Equal("*", stream.Response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        }

        Assert.DoesNotContain(server.Log.Lines, line => line.Text.Contains(ticket, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_good_ticket_there_is_no_stream()
    {
        await using var server = await LiveServer.StartAsync();
        foreach (var query in (string[])["", "?ticket=", "?ticket=a&ticket=b"])
        {
            await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.Http.GetAsync($"/v1/live{query}"), "ticket");
        }

        await IsProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated", await server.Http.GetAsync("/v1/live?ticket=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_said()
    {
        await using var server = await LiveServer.StartAsync();
        await IsProblemAsync(HttpStatusCode.NotFound, "not_found", await server.AskAsync(new { board = "main", window = "all_time" }, game: "nowhere"));
        await IsProblemAsync(HttpStatusCode.NotFound, "not_found", await server.AskAsync(new { board = "nothing", window = "all_time" }));
        await IsProblemAsync(HttpStatusCode.NotFound, "not_found", await server.AskAsync(new { board = "main", window = "daily" }));
        await IsProblemAsync(HttpStatusCode.NotFound, "not_found", await server.AskAsync(new { board = "main", window = "all_time", player = "0123456789abcdef" }));
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new { window = "" }), "board", "window");
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new { board = "main", window = "all_time", top = 101, around = 26 }), "top", "around");
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new { board = "main", window = "all_time", top = 0, around = -1 }), "top", "around");
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new { board = "main", window = "all_time", player = "me" }), "player");
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new { board = "main", window = "all_time", top = "ten" }), "top");
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new { board = "main", window = "all_time", extra = 1 }), "extra");
        await IsProblemAsync(HttpStatusCode.BadRequest, "invalid", await server.AskAsync(new[] { 1 }));
        await IsProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type", await server.AskAsync(new StringContent("{}")));
    }

    [Fact]
    public async Task More_streams_than_there_may_be_are_refused_until_one_ends()
    {
        await using var server = await LiveServer.StartAsync(settings: new Dictionary<string, string?> { ["Live:MostSubscribers"] = "2" });
        var url = await server.TicketAsync(new { board = "main", window = "all_time" });
        await using var one = await LiveStream.OpenAsync(server.Http, url);
        await one.NextAsync();
        await using (var two = await LiveStream.OpenAsync(server.Http, url))
        {
            await two.NextAsync();
            using var refused = await server.Http.GetAsync(url);
            await IsProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable", refused);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        for (var tries = 0; ; tries++)
        {
            await using var again = await LiveStream.OpenAsync(server.Http, url);
            if (again.Response.StatusCode == HttpStatusCode.OK)
            {
                await again.NextAsync();
                break;
            }

            Assert.True(tries < 50, "The place of a stream that ended was not given free.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    [Fact]
    public async Task More_streams_than_one_address_may_have_are_refused()
    {
        await using var server = await LiveServer.StartAsync(settings: new Dictionary<string, string?> { ["Live:MostPerAddress"] = "1" });
        var url = await server.TicketAsync(new { board = "main", window = "all_time" });
        await using var one = await LiveStream.OpenAsync(server.Http, url);
        await one.NextAsync();
        using var refused = await server.Http.GetAsync(url);
        await IsProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited", refused);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task Who_does_not_read_is_dropped_and_the_others_go_on()
    {
        await using var server = await LiveServer.StartAsync(new LiveTimes { Write = TimeSpan.FromSeconds(1) });
        var board = await server.MakeAsync("reef");
        for (var number = 1; number <= 100; number++)
        {
            var player = await server.SubmitAsync(board, number, number);
            await server.Boards.ChangeProfileAsync(LiveServer.Game, player, new ProfileChange { Avatar = Encoding.UTF8.GetBytes(new string('界', 1_024)) });
        }

        var url = await server.TicketAsync(new { board = "reef", window = "all_time", top = 100 });
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await slow.ConnectAsync("127.0.0.1", server.Url.Port);
        await slow.SendAsync(Encoding.ASCII.GetBytes($"GET {url} HTTP/1.1\r\nHost: reef\r\n\r\n"));
        await using var quick = await LiveStream.OpenAsync(server.Http, url);
        var began = TimeProvider.System.GetTimestamp();
        for (var score = 1_000; TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(8); score++)
        {
            await server.SubmitAsync(board, 1, score);
            await quick.UntilAsync(next => next.Lines.StartsWith($"1 {score},", StringComparison.Ordinal));
        }

        // What the system has taken is still to be read; then comes a reset or an end, but never the end of the body.
        var bytes = new byte[1 << 16];
        var last = 0;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            for (int count; (count = await slow.ReceiveAsync(bytes, patience.Token)) > 0; last = count)
            {
            }
        }
        catch (SocketException)
        {
        }

        Assert.False(bytes.AsSpan(0, last).EndsWith("0\r\n\r\n"u8));
    }

    private static async Task IsProblemAsync(HttpStatusCode status, string code, HttpResponseMessage reply, params string[] fields)
    {
        Assert.Equal(status, reply.StatusCode);
        Assert.Equal("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
        var problem = await reply.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(fields, problem.TryGetProperty("errors", out var errors) ? errors.EnumerateArray().Select(static error => error.GetProperty("field").GetString()!) : []);
    }
}
