using System.Text;
using System.Text.Json;

namespace Jinbang.Server.Tests.Live;

/// <summary>An event as it came.</summary>
internal sealed record LiveEvent(string? Id, string Name, string Data)
{
    public JsonElement Json => JsonDocument.Parse(Data).RootElement;

    /// <summary>The window's name.</summary>
    public string Window => Json.GetProperty("window").GetProperty("name").GetString()!;

    /// <summary>The lines as "rank score".</summary>
    public string Lines => Show(Json.GetProperty("lines"));

    /// <summary>The player's own rank; null when he has none.</summary>
    public int? OwnRank => Json.GetProperty("player") is { ValueKind: JsonValueKind.Object } own ? own.GetProperty("rank").GetInt32() : null;

    /// <summary>His neighbours as "rank score".</summary>
    public string Around => Show(Json.GetProperty("player").GetProperty("around"));

    private static string Show(JsonElement lines) =>
        string.Join(", ", lines.EnumerateArray().Select(static line => $"{line.GetProperty("rank").GetInt32()} {line.GetProperty("score").GetString()}"));
}

/// <summary>A client of server-sent events that shows everything.</summary>
internal sealed class LiveStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly StreamReader reader;

    private LiveStream(HttpResponseMessage response, StreamReader reader)
    {
        Response = response;
        this.reader = reader;
    }

    public HttpResponseMessage Response { get; }

    /// <summary>How many comments came.</summary>
    public int Comments { get; private set; }

    /// <summary>What the server said about reconnecting.</summary>
    public string? Retry { get; private set; }

    public static async Task<LiveStream> OpenAsync(HttpClient http, string url, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new LiveStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8));
    }

    /// <summary>The next event; null when the server has ended the stream properly.</summary>
    public async Task<LiveEvent?> TryNextAsync(TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? Patience);
        string? id = null;
        string? name = null;
        string? data = null;
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            switch (line)
            {
                case "" when name is not null:
                    return new LiveEvent(id, name, data!);
                case "":
                    break;
                case [':', ..]:
                    Comments++;
                    break;
                default:
                    var (field, value) = (line[..line.IndexOf(": ", StringComparison.Ordinal)], line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
                    (id, name, data, Retry) = field switch
                    {
                        "id" => (value, name, data, Retry),
                        "event" => (id, value, data, Retry),
                        "data" => (id, name, value, Retry),
                        "retry" => (id, name, data, value),
                        _ => throw new InvalidDataException(line),
                    };
                    break;
            }
        }

        return null;
    }

    /// <summary>The next event.</summary>
    public async Task<LiveEvent> NextAsync() => await TryNextAsync() ?? throw new EndOfStreamException("The stream ended.");

    /// <summary>The next event that is as wanted; those before it are passed over.</summary>
    public async Task<LiveEvent> UntilAsync(Func<LiveEvent, bool> wanted)
    {
        while (true)
        {
            if (await NextAsync() is var next && wanted(next))
            {
                return next;
            }
        }
    }

    /// <summary>That nothing but comments comes for a while. Nothing can be read afterwards.</summary>
    public Task IsSilentAsync(TimeSpan time) => Assert.ThrowsAnyAsync<OperationCanceledException>(() => TryNextAsync(time));

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        Response.Dispose();
        return ValueTask.CompletedTask;
    }
}
