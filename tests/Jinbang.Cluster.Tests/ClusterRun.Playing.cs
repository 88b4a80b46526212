using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Jinbang.ClusterTests;

// What the clients do, and what they remember of it.

internal sealed partial class ClusterRun
{
    private async Task PlayAsync(int client, CancellationToken stop)
    {
        var random = new Random((seed * 1000) + client);
        using var http = NewClient(key);
        while (!stop.IsCancellationRequested)
        {
            // Most of the time each has a server of his own, so that one that hangs does not hold all of them.
            var server = random.Next(5) == 0 ? random.Next(cluster.Count) : client % cluster.Count;
            var (board, player) = (Keeps[random.Next(Keeps.Length)], $"o-{random.Next(Players)}");
            switch (random.Next(14))
            {
                case >= 12:
                    await PostScoreAsync(http, player, server);
                    break;
                case 11:
                    await ReadScoreAsync(http, player, server);
                    break;
                case 10:
                    await ReadListAsync(http, server);
                    break;
                case < 5:
                    await SubmitAsync(http, random, board, player, server);
                    break;
                case < 8:
                    await ReadOwnAsync(http, board, player, server);
                    break;
                default:
                    await ReadHeadAsync(http, board, server);
                    break;
            }
        }
    }

    private async Task SubmitAsync(HttpClient http, Random random, string board, string player, int server)
    {
        var (name, score) = ($"k-{Interlocked.Increment(ref keyNumber)}", random.NextInt64(1, 1_000_000));
        for (var tries = 0; tries < 4; tries++)
        {
            var call = new Call { Kind = CallKind.Submit, Board = board, Player = player, Server = server, Began = Stopwatch.GetTimestamp(), Key = name, Score = score };
            await AskAsync(http, call, HttpMethod.Post, $"/v1/games/{Game}/boards/{board}/scores", JsonContent.Create(new { external_id = player, score = score.ToString(CultureInfo.InvariantCulture), idempotency_key = name }));
            if (call.Status == 200 || random.Next(4) == 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100)), TimeProvider.System);
            server = random.Next(cluster.Count);
        }
    }

    private Task ReadOwnAsync(HttpClient http, string board, string player, int server)
    {
        var call = new Call { Kind = CallKind.Own, Board = board, Player = player, Server = server, Began = Stopwatch.GetTimestamp() };
        return publicIds.TryGetValue(player, out var id)
            ? AskAsync(http, call, HttpMethod.Get, $"/v1/games/{Game}/boards/{board}/windows/all_time/players/{id}", null)
            : Task.CompletedTask;
    }

    private Task ReadHeadAsync(HttpClient http, string board, int server)
    {
        var call = new Call { Kind = CallKind.Head, Board = board, Player = "", Server = server, Began = Stopwatch.GetTimestamp() };
        return AskAsync(http, call, HttpMethod.Get, $"/v1/games/{Game}/boards/{board}/windows/all_time/standings?limit=100", null);
    }

    /// <summary>A classic submission has no key: it is sent once, with a score of its own.</summary>
    private Task PostScoreAsync(HttpClient http, string player, int server)
    {
        var score = Interlocked.Increment(ref classicScore) * 10;
        var call = new Call { Kind = CallKind.Submit, Board = Classic, Player = player, Server = server, Began = Stopwatch.GetTimestamp(), Key = KeyOf(player, score), Score = score };
        return AskAsync(http, call, HttpMethod.Post, $"/{ClassicGame}/api/post_score", new FormUrlEncodedContent([new("openid", player), new("score", score.ToString(CultureInfo.InvariantCulture))]));
    }

    private Task ReadScoreAsync(HttpClient http, string player, int server)
    {
        var call = new Call { Kind = CallKind.Score, Board = Classic, Player = player, Server = server, Began = Stopwatch.GetTimestamp() };
        return AskAsync(http, call, HttpMethod.Get, $"/{ClassicGame}/api/user_score?openid={player}", null);
    }

    private Task ReadListAsync(HttpClient http, int server)
    {
        var call = new Call { Kind = CallKind.Head, Board = Classic, Player = "", Server = server, Began = Stopwatch.GetTimestamp() };
        return AskAsync(http, call, HttpMethod.Get, $"/{ClassicGame}/api/tpinball_score", null);
    }

    private static string KeyOf(string player, long score) => string.Create(CultureInfo.InvariantCulture, $"{player} {score}");

    private async Task AskAsync(HttpClient http, Call call, HttpMethod method, string path, HttpContent? body)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(cluster[call.Server].Url, path)) { Content = body };
            using var reply = await http.SendAsync(request);
            var text = await reply.Content.ReadAsStringAsync();
            call.Ended = Stopwatch.GetTimestamp();
            call.Status = (int)reply.StatusCode;
            Read(call, reply, text);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException)
        {
            // Nobody knows.
            call.Ended = long.MaxValue;
        }

        calls.Add(call);
    }

    private void Read(Call call, HttpResponseMessage reply, string text)
    {
        if (call.Status == 503 && reply.Headers.RetryAfter is null)
        {
            call.Oddity = $"503 without Retry-After: {text}";
        }
        else if (call.Status is not (200 or 503 or 404) || (call.Status == 404 && call.Kind != CallKind.Own))
        {
            call.Oddity = $"{call.Status}: {text}";
        }

        if (call.Status != 200)
        {
            return;
        }

        var json = JsonDocument.Parse(text).RootElement;
        if (call.Board == Classic)
        {
            ReadClassic(call, json, text);
            return;
        }

        call.Version = long.Parse(json.GetProperty("version").GetString()!, CultureInfo.InvariantCulture);
        switch (call.Kind)
        {
            case CallKind.Submit:
                publicIds.TryAdd(call.Player, json.GetProperty("player").GetString()!);
                var window = json.GetProperty("windows").EnumerateArray().First(static window => window.GetProperty("window").GetString() == "all_time");
                call.Answer = new Told(
                    window.GetProperty("result").GetString()!,
                    window.GetProperty("rank").GetInt32(),
                    window.GetProperty("rank_before") is { ValueKind: JsonValueKind.Number } before ? before.GetInt32() : 0,
                    window.GetProperty("count").GetInt32(),
                    ScoreOf(window),
                    json.GetProperty("repeated").GetBoolean());
                break;
            case CallKind.Own:
                var line = json.GetProperty("line");
                call.Answer = new Told("", line.GetProperty("rank").GetInt32(), 0, json.GetProperty("window").GetProperty("count").GetInt32(), ScoreOf(line), false);
                break;
            default:
                call.Lines = [.. json.GetProperty("lines").EnumerateArray().Select(static line => (line.GetProperty("player").GetString()!, ScoreOf(line)))];
                break;
        }
    }

    private static void ReadClassic(Call call, JsonElement json, string text)
    {
        switch (call.Kind, json.GetProperty("code").GetInt32())
        {
            case (CallKind.Submit, 200):
                break;
            case (CallKind.Submit, 400):
                call.Kind = CallKind.NotBetter;
                break;
            case (CallKind.Score, 200) when json.TryGetProperty("data", out var data):
                call.Score = long.Parse(data.GetProperty("score").ToString(), CultureInfo.InvariantCulture);
                break;
            case (CallKind.Score, 200):
                // Nothing yet, which proves nothing: the model knows no state without the player.
                call.Status = 404;
                break;
            case (CallKind.Head, 200):
                call.Lines = [.. json.GetProperty("data").EnumerateArray().Select(static line => (line.GetProperty("nickname").GetString()!, long.Parse(line.GetProperty("score").ToString(), CultureInfo.InvariantCulture)))];
                break;
            default:
                call.Oddity = text;
                break;
        }
    }

    private static long ScoreOf(JsonElement line) => long.Parse(line.GetProperty("score").GetString()!, CultureInfo.InvariantCulture);
}
