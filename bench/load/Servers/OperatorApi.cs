using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Jinbang.Bench.Load.Client;
using Jinbang.Boards.Players;

namespace Jinbang.Bench.Load.Servers;

/// <summary>The operator's calls to a server that was started on a data folder, in which his key lies.</summary>
internal sealed class OperatorApi : IDisposable
{
    private const string KeyFile = "operator.key";

    private readonly HttpClient _http;

    /// <summary>Signs in with the key of the data folder.</summary>
    public OperatorApi(IPEndPoint server, string dataDirectory)
    {
        Key = File.ReadAllText(Path.Combine(dataDirectory, KeyFile)).Trim();
        _http = new() { BaseAddress = new($"http://{server}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>The operator's key.</summary>
    public string Key { get; }

    /// <summary>Makes a server key for a game of a server that runs on a data folder.</summary>
    public static async Task<GameAccess> MakeServerKeyAsync(IPEndPoint server, string dataDirectory, string game, PublicIds ids, CancellationToken cancellationToken)
    {
        using var api = new OperatorApi(server, dataDirectory);
        return await api.MakeServerKeyAsync(game, ids, cancellationToken);
    }

    /// <summary>Makes a server key for a game, as its operator would.</summary>
    public async Task<GameAccess> MakeServerKeyAsync(string game, PublicIds ids, CancellationToken cancellationToken)
    {
        using var body = new StringContent("""{"kind":"server","name":"load"}""", MediaTypeHeaderValue.Parse("application/json"));
        using var reply = await _http.PostAsync(new Uri($"/v1/games/{game}/keys", UriKind.Relative), body, cancellationToken);
        if (reply.StatusCode != HttpStatusCode.Created)
            throw new InvalidOperationException($"No key was made: {await reply.Content.ReadAsStringAsync(cancellationToken)}");
        var made = await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return new(game, made.GetProperty("secret").GetString() ?? throw new InvalidOperationException("The key has no secret."), ids);
    }

    /// <summary>Reads something as JSON.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => _http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
