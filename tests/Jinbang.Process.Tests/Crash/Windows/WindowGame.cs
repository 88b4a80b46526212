using System.Globalization;
using System.Text.Json;
using Jinbang.ProcessTests.Clients;

namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>The operator of a game whose boards have a window for all time, a day and one season at a time, which the witness hears of.</summary>
internal sealed class WindowGame(WindowWitness witness)
{
    private const string Path = $"/v1/games/{WindowWitness.Game}";

    private readonly Dictionary<string, string> seasons = [];

    /// <summary>Half a day from now, so that no day ends during a test.</summary>
    private readonly string daily = $$"""{"kind":"daily","start_hour":{{TimeProvider.System.GetUtcNow().AddHours(12).Hour}}}""";

    private int made;

    /// <summary>The key of the game's own server.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Makes the game, a key, and the boards.</summary>
    public async Task PrepareAsync(V1Connection connection, IEnumerable<string> boards)
    {
        await connection.DoAsync("PUT", Path, "{}");
        using var key = JsonDocument.Parse((await connection.DoAsync("POST", $"{Path}/keys", """{"kind":"server","name":"test"}""")).Body);
        Key = key.RootElement.GetProperty("secret").GetString()!;
        foreach (var board in boards)
        {
            await PutSeasonAsync(connection, board, TimeSpan.FromMinutes(10));
        }
    }

    /// <summary>Gives a board a new season; the one before closes if it was open.</summary>
    public async Task PutSeasonAsync(V1Connection connection, string board, TimeSpan length)
    {
        if (seasons.TryGetValue(board, out var before))
        {
            witness.Closing(board, Name(before));
        }

        var now = TimeProvider.System.GetUtcNow();
        seasons[board] = string.Create(
            CultureInfo.InvariantCulture, $$"""{"name":"season-{{++made}}","kind":"season","starts_at":"{{now.AddSeconds(-1):O}}","ends_at":"{{now + length:O}}"}""");
        await connection.DoAsync("PUT", $"{Path}/boards/{board}", BoardJson(board, witness.RulesOf(board)));
    }

    public string BoardJson(string board, BoardRules wanted) => wanted.Json(["""{"kind":"all_time"}""", daily, seasons[board]]);

    private static string Name(string season) => JsonDocument.Parse(season).RootElement.GetProperty("name").GetString()!;

    /// <summary>Closes the board's season, or its day.</summary>
    /// <returns>What went wrong, null when nothing did.</returns>
    public async Task<string?> CloseAsync(V1Connection connection, string board, bool isDay)
    {
        var rule = isDay ? "daily" : Name(seasons[board]);
        var window = rule;
        if (isDay)
        {
            using var standing = JsonDocument.Parse((await connection.DoAsync("GET", $"{Path}/boards/{board}/windows/daily")).Body);
            window = standing.RootElement.GetProperty("window").GetProperty("name").GetString()!;
        }

        witness.Closing(board, window);
        if (await AskAsync(connection, "POST", $"{Path}/boards/{board}/windows/{rule}/close") is not { } reply)
        {
            return null;
        }

        // 404 when it is closed already.
        witness.Closing(board, window, isDone: reply.Status == 204);
        return reply.Status is 204 or 404 ? null : $"A close was answered {reply.Status} {reply.Body}";
    }

    /// <summary>Asks a server that may be killed meanwhile.</summary>
    /// <returns>Null when it was.</returns>
    public static async Task<Reply?> AskAsync(V1Connection connection, string method, string path, string? json = null)
    {
        try
        {
            return await connection.AskAsync(method, path, json);
        }
        catch (CutReplyException)
        {
            return null;
        }
    }
}
