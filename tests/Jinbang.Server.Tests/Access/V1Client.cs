using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Jinbang.Server.Tests.Access;

/// <summary>Calls the v1 API with one credential, or none.</summary>
internal sealed class V1Client(TestServer server, string? credential) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Calls as the operator, whose key is in the data folder.</summary>
    public static V1Client Operator(TestServer server) => new(server, File.ReadAllText(Path.Combine(server.Data, "operator.key")).Trim());

    public Task<V1Reply> GetAsync(string path) => SendAsync("GET", path);

    public Task<V1Reply> DeleteAsync(string path) => SendAsync("DELETE", path);

    public Task<V1Reply> PutAsync(string path, string json) => SendAsync("PUT", path, json);

    public Task<V1Reply> PostAsync(string path, string? json = null) => SendAsync("POST", path, json);

    /// <summary>Sends a request and reads all of the answer.</summary>
    public async Task<V1Reply> SendAsync(string method, string path, string? json = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var reply = await AnswerAsync(method, path, json, contentType, headers);
        var text = await reply.Content.ReadAsStringAsync();
        return new V1Reply((int)reply.StatusCode, text, reply.Headers, reply.Content.Headers);
    }

    /// <summary>Sends a request and waits for the head of the answer alone: some answers never end.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(
        string method, string path, string? json = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (credential is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
        }

        if (json is not null)
        {
            // A server that refuses a large body at once may close before all of it is sent.
            request.Headers.ExpectContinue = json.Length > 16_384;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer of the v1 API.</summary>
internal sealed record V1Reply(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? this[string field] => Json.GetProperty(field).GetString();

    /// <summary>It has this status, and may not be kept.</summary>
    public V1Reply Is(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        Assert.Equal("no-store", Headers.CacheControl?.ToString());
        return this;
    }

    /// <summary>It is a problem of this kind.</summary>
    public V1Reply Fails(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", ContentHeaders.ContentType?.ToString());
        Assert.Equal((code, status, $"/docs/problems#{code}"), (this["code"], Json.GetProperty("status").GetInt32(), this["type"]));
        return this;
    }

    /// <summary>It is a problem with exactly these fields.</summary>
    public void Blames(params string[] fields)
    {
        Fails(400, "invalid");
        var blamed = Json.GetProperty("errors").EnumerateArray().Select(static error => error.GetProperty("field").GetString()!).ToList();
        Assert.Equal(fields.Order(StringComparer.Ordinal), blamed.Order(StringComparer.Ordinal));
        Assert.All(Json.GetProperty("errors").EnumerateArray(), static error => Assert.NotEmpty(error.GetProperty("message").GetString()!));
    }
}
