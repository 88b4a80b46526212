using System.Globalization;
using System.Text.Json.Nodes;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Storage.Moving;
using Jinbang.Postgres;
using Jinbang.Server.Tests.Access;
using Jinbang.Storage.Postgres.Moving;
using Jinbang.Storage.Sqlite.Moving;

namespace Jinbang.Server.Tests.Operating;

/// <summary>What a server has gathered under SQLite, moved to a real PostgreSQL and back, and looked at through servers on both.</summary>
public sealed class MoveTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Game = "/v1/games/harvest";
    private const int BatchRows = 17;

    private static readonly string[] Boards = ["best", "sum", "latest"];

    private readonly int seed = Environment.TickCount & 0xffff;
    private readonly List<string> folders = [];
    private string database = "";

    public async ValueTask InitializeAsync()
    {
        output.WriteLine($"Seed {seed}.");
        database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (await PostgresServer.SharedAsync()).DropDatabaseAsync(database);
        folders.Where(Directory.Exists).ToList().ForEach(static folder => Directory.Delete(folder, recursive: true));
    }

    [Fact]
    public async Task Everything_moves_there_and_back_and_goes_on_as_before()
    {
        var (source, first, submission, receipt) = await GatherAsync();
        var moved = await ToPostgresAsync(source);
        Assert.False(moved.WasThere);
        Assert.Equal(moved.Tables.Sum(static table => table.Rows), moved.Copied);
        Assert.All(moved.Tables.Where(static table => table.Table is not "purge"), static table => Assert.True(table.Rows > 0, table.Table));

        var clustered = NewFolder();
        string second;
        await using (var server = await StartAsync(clustered, OnPostgres(), source))
        {
            Assert.Equal(first, await SnapshotAsync(server));
            await AssertGoesOnAsync(server, submission, receipt, points: 100_000);
            second = await SnapshotAsync(server);
            Assert.NotEqual(first, second);
            await server.LeaveAsync();
        }

        var back = NewFolder();
        await ToSqliteAsync(back);
        await using var last = await StartAsync(back, [], source);
        Assert.Equal(second, await SnapshotAsync(last));
        await AssertGoesOnAsync(last, submission, receipt, points: 200_000);
    }

    [Fact]
    public async Task A_move_that_is_stopped_anywhere_goes_on_where_it_was()
    {
        var (source, first, _, _) = await GatherAsync();
        var random = new Random(seed);
        var (stops, told) = (0, 0L);
        MoveResult? moved = null;
        while (moved is null)
        {
            await using var sqlite = SqliteMovedStore.Open(DataOf(source), mayMake: false);
            await using var postgres = await PostgresMovedStore.OpenAsync(database, TimeProvider.System, CancellationToken.None);
            var left = random.Next(1, 12);
            try
            {
                moved = await Move.RunAsync(sqlite, postgres, _ => told += left-- > 0 ? 1 : throw new StoppedException(), CancellationToken.None, BatchRows);
            }
            catch (StoppedException)
            {
                stops++;
            }
        }

        // Nothing twice: every batch was told of once, but for those in whose telling it stopped.
        Assert.True(stops > 5, $"It was stopped {stops} times.");
        Assert.True(moved.Copied < moved.Tables.Sum(static table => table.Rows));
        Assert.True(told <= moved.Tables.Sum(static table => (table.Rows / BatchRows) + 1) + stops, $"{told} batches were copied.");
        await using (var server = await StartAsync(NewFolder(), OnPostgres(), source))
        {
            Assert.Equal(first, await SnapshotAsync(server));
        }
    }

    [Fact]
    public async Task A_move_that_has_ended_is_compared_when_it_is_asked_for_again_and_a_changed_value_is_found()
    {
        var (source, _, _, _) = await GatherAsync();
        await ToPostgresAsync(source);
        var again = await ToPostgresAsync(source);
        Assert.True(again is { WasThere: true, Copied: 0 });

        foreach (var (table, change) in new[]
        {
            ("entry, window", "UPDATE entry SET score = score + 1 WHERE ctid = (SELECT min(ctid) FROM entry)"),
            ("log, board", "UPDATE log SET key = key || 'x' WHERE (board, number) = (SELECT board, number FROM log WHERE key IS NOT NULL LIMIT 1)"),
            ("profile, game", "DELETE FROM profile WHERE ctid = (SELECT min(ctid) FROM profile)"),
            ("record", "UPDATE record SET body = body || ' ' WHERE ctid = (SELECT min(ctid) FROM record)"),
        })
        {
            await PostgresServer.ExecuteAsync(database, change);
            var found = await Assert.ThrowsAsync<MoveException>(() => ToPostgresAsync(source));
            Assert.Contains($"differ in {table}", found.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("oPlayer", found.Message, StringComparison.Ordinal);
            await PostgresServer.ExecuteAsync(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            await ToPostgresAsync(source);
        }
    }

    [Fact]
    public async Task A_target_with_data_of_its_own_or_that_went_on_is_never_overwritten()
    {
        var (source, _, submission, _) = await GatherAsync();
        await ToPostgresAsync(source);
        var other = NewFolder();
        await using (var server = await StartAsync(other, []))
        {
            // It has made the document's game.
            await server.LeaveAsync();
        }

        Assert.Contains("holds data of its own", (await Assert.ThrowsAsync<MoveException>(() => ToPostgresAsync(other))).Message, StringComparison.Ordinal);
        await using (var server = await StartAsync(NewFolder(), OnPostgres(), source))
        {
            using var client = V1Client.Operator(server);
            (await client.PostAsync($"{Game}/boards/best/scores", """{"external_id":"oNewcomer","score":7}""")).Is(200);
        }

        Assert.Contains("has gone on since", (await Assert.ThrowsAsync<MoveException>(() => ToPostgresAsync(source))).Message, StringComparison.Ordinal);
        Assert.NotEmpty(submission);
    }

    [Fact]
    public async Task No_server_starts_on_the_target_of_a_move_that_has_not_ended_and_a_source_that_went_on_is_moved_anew()
    {
        var (source, _, _, _) = await GatherAsync();
        await Assert.ThrowsAsync<StoppedException>(() => ToPostgresAsync(source, static _ => throw new StoppedException()));
        Assert.Contains("has not ended", (await Assert.ThrowsAsync<StoreOpenException>(() => StartAsync(NewFolder(), OnPostgres()))).Message, StringComparison.Ordinal);
        await using (var server = await StartAsync(source, []))
        {
            using var client = V1Client.Operator(server);
            (await client.PostAsync($"{Game}/boards/best/scores", """{"external_id":"oNewcomer","score":7}""")).Is(200);
            await server.LeaveAsync();
        }

        var lines = new List<string>();
        var moved = await ToPostgresAsync(source, lines.Add);
        Assert.Contains(lines, static line => line.Contains("begins anew", StringComparison.Ordinal));
        Assert.Equal(moved.Tables.Sum(static table => table.Rows), moved.Copied);

        var back = NewFolder();
        await Assert.ThrowsAsync<StoppedException>(() => ToSqliteAsync(back, static _ => throw new StoppedException()));
        Assert.Contains("has not ended", (await Assert.ThrowsAsync<StoreOpenException>(() => StartAsync(back, []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_is_refused_while_a_server_runs_on_either_side()
    {
        var source = NewFolder();
        await using (await StartAsync(source, []))
        {
            Assert.Contains("Another server", (await Assert.ThrowsAsync<StoreOpenException>(() => ToPostgresAsync(source))).Message, StringComparison.Ordinal);
        }

        await using (await StartAsync(NewFolder(), OnPostgres()))
        {
            Assert.Contains("Another server", (await Assert.ThrowsAsync<StoreOpenException>(() => ToSqliteAsync(NewFolder()))).Message, StringComparison.Ordinal);
        }

        Assert.Contains("There is no database", (await Assert.ThrowsAsync<StoreOpenException>(() => ToPostgresAsync(NewFolder()))).Message, StringComparison.Ordinal);
    }

    /// <summary>A folder in which a server has gathered a bit of everything, what it shows, and one submission with its answer.</summary>
    private async Task<(string Folder, string Snapshot, string Submission, string Receipt)> GatherAsync()
    {
        var random = new Random(seed);
        var folder = NewFolder();
        await using var server = await StartAsync(folder, new() { ["Storage:FoldRows"] = "40" });
        using var client = V1Client.Operator(server);
        (await client.PutAsync(Game, """{"name":"Harvest"}""")).Is(201);
        (await client.PutAsync("/v1/games/gone", "{}")).Is(201);
        (await client.PutAsync("/v1/games/gone/boards/score", """{"windows":[{"kind":"all_time"}]}""")).Is(201);
        foreach (var keep in Boards)
        {
            (await client.PutAsync($"{Game}/boards/{keep}", BoardJson(keep, "season-1"))).Is(201);
        }

        (await client.PostAsync($"{Game}/keys", """{"kind":"server","name":"test"}""")).Is(201);
        var (submission, receipt) = ("", "");
        for (var i = 0; i < 400; i++)
        {
            var board = Boards[random.Next(Boards.Length)];
            var key = random.Next(3) == 0 ? "" : $@",""idempotency_key"":""key-{i}""";
            var metadata = random.Next(4) == 0 ? $@",""metadata"":{{""i"":{i}}}" : "";
            var json = string.Create(CultureInfo.InvariantCulture, $@"{{""external_id"":""oPlayer{random.Next(60)}"",""score"":{random.Next(-50, 500)}{key}{metadata}}}");
            var reply = (await client.PostAsync($"{Game}/boards/{board}/scores", json)).Is(200);
            if (key.Length > 0 && board == "best")
            {
                (submission, receipt) = (json, reply.Text);
            }

            if (i == 200)
            {
                (await client.PostAsync($"{Game}/boards/sum/windows/season-1/close")).Is(204);
                (await client.PutAsync($"{Game}/boards/sum?rebuild=true", BoardJson("sum", "season-2"))).Is(200);
                (await client.PutAsync($"{Game}/boards/latest?rebuild=true", BoardJson("best", "season-1"))).Is(200);
                (await client.DeleteAsync("/v1/games/gone?confirm=gone")).Is(204);
            }
        }

        foreach (var player in await PlayersAsync(client, "best"))
        {
            if (player.Rank % 9 == 4 && receipt.Contains(player.Id, StringComparison.Ordinal) == false)
            {
                (await client.DeleteAsync($"{Game}/players/{player.Id}")).Is(204);
            }
            else if (player.Rank % 2 == 0)
            {
                (await client.SendAsync("PATCH", $"{Game}/players/{player.Id}", $@"{{""nickname"":""名 {player.Rank} 🎉""}}")).Is(200);
            }
        }

        var snapshot = await SnapshotAsync(server);
        await server.LeaveAsync();
        return (folder, snapshot, submission, receipt);
    }

    private static string BoardJson(string keep, string season) =>
        $$"""
        {"keep":"{{keep}}","ledger":true,"metadata_bytes":64,"windows":[{"kind":"all_time"},{"kind":"daily","zone":"Asia/Shanghai"},
        {"name":"{{season}}","kind":"season","starts_at":"2026-01-01T00:00:00Z"}]}
        """;

    private static async Task<List<(string Id, int Rank)>> PlayersAsync(V1Client client, string board) =>
        [.. (await ReadAsync(client, $"{Game}/boards/{board}/windows/all_time/standings?limit=100")).Json.GetProperty("lines").EnumerateArray()
            .Select(static line => (line.GetProperty("player").GetString()!, line.GetProperty("rank").GetInt32()))];

    private static async Task<V1Reply> ReadAsync(V1Client client, string path)
    {
        var reply = await client.GetAsync(path);
        Assert.True(reply.Status == 200, $"{path}: {reply.Status} {reply.Text}");
        return reply;
    }

    /// <summary>Everything the API shows, without what a store counts in its own way.</summary>
    private static async Task<string> SnapshotAsync(TestServer server)
    {
        using var client = V1Client.Operator(server);
        var paths = new List<string> { "/v1/games", $"{Game}/boards", $"{Game}/keys", $"{Game}/events" };
        foreach (var board in Boards)
        {
            var windows = await ReadAsync(client, $"{Game}/boards/{board}/windows");
            paths.AddRange([$"{Game}/boards/{board}", $"{Game}/boards/{board}/windows"]);
            paths.AddRange(windows.Json.GetProperty("windows").EnumerateArray().Select(window => $"{Game}/boards/{board}/windows/{window.GetProperty("name").GetString()}/standings?limit=100"));
            paths.AddRange((await PlayersAsync(client, board)).Select(player => $"{Game}/boards/{board}/players/{player.Id}/history"));
        }

        var all = new JsonObject();
        foreach (var path in paths)
        {
            var reply = await ReadAsync(client, path);
            all[path] = WithoutCounts(JsonNode.Parse(reply.Text)!);
        }

        return all.ToJsonString(new() { WriteIndented = true });
    }

    private static JsonNode WithoutCounts(JsonNode node)
    {
        if (node is JsonObject fields)
        {
            fields.Remove("version");
            fields.Remove("next");

            // Of a row of the history: stores count those in ways of their own.
            fields.Remove("number");
        }

        foreach (var child in node is JsonObject named ? named.Select(static pair => pair.Value) : node is JsonArray list ? list : [])
        {
            _ = child is null ? null : WithoutCounts(child);
        }

        return node;
    }

    /// <summary>A repetition is known, new players and games get numbers of their own, and a new score counts.</summary>
    private static async Task AssertGoesOnAsync(TestServer server, string submission, string receipt, int points)
    {
        using var client = V1Client.Operator(server);
        var repeated = (await client.PostAsync($"{Game}/boards/best/scores", submission)).Is(200);
        var (then, now) = (JsonNode.Parse(receipt)!, JsonNode.Parse(repeated.Text)!);
        Assert.True(now["repeated"]!.GetValue<bool>());
        now["repeated"] = false;
        Assert.Equal(WithoutCounts(then).ToJsonString(), WithoutCounts(now).ToJsonString());
        var known = (await PlayersAsync(client, "best")).Select(static player => player.Id).ToHashSet();
        var name = $"oNew{Guid.NewGuid():N}";
        var first = (await client.PostAsync($"{Game}/boards/best/scores", $@"{{""external_id"":""{name}"",""score"":{points}}}")).Is(200);
        Assert.DoesNotContain(first["player"]!, known);
        Assert.Equal(1, first.Json.GetProperty("windows")[0].GetProperty("rank").GetInt32());
        (await client.PutAsync($"/v1/games/{name.ToLowerInvariant()}", "{}")).Is(201);
        (await client.PutAsync($"/v1/games/{name.ToLowerInvariant()}/boards/score", """{"windows":[{"kind":"all_time"}]}""")).Is(201);
        (await client.PostAsync($"/v1/games/{name.ToLowerInvariant()}/boards/score/scores", """{"external_id":"oSomebody","score":1}""")).Is(200);
    }

    private string NewFolder()
    {
        folders.Add(Directory.CreateTempSubdirectory("jinbang-move-").FullName);
        return folders[^1];
    }

    private static string DataOf(string folder) => Path.Combine(folder, "data");

    private Dictionary<string, string?> OnPostgres() => new() { ["Storage:Provider"] = "PostgreSQL", ["Storage:ConnectionString"] = database, ["Storage:FoldRows"] = "40" };

    /// <summary>Starts a server in a folder, with the operator's key of another one.</summary>
    private static Task<TestServer> StartAsync(string folder, Dictionary<string, string?> settings, string? keyOf = null)
    {
        if (keyOf is not null)
        {
            Directory.CreateDirectory(DataOf(folder));
            File.Copy(Path.Combine(DataOf(keyOf), "operator.key"), Path.Combine(DataOf(folder), "operator.key"));
        }

        return TestServer.StartAsync(settings, folder: folder);
    }

    private async Task<MoveResult> ToPostgresAsync(string folder, Action<string>? tell = null)
    {
        await using var sqlite = SqliteMovedStore.Open(DataOf(folder), mayMake: false);
        await using var postgres = await PostgresMovedStore.OpenAsync(database, TimeProvider.System, CancellationToken.None);
        return await Move.RunAsync(sqlite, postgres, tell ?? output.WriteLine, CancellationToken.None, BatchRows);
    }

    private async Task<MoveResult> ToSqliteAsync(string folder, Action<string>? tell = null)
    {
        await using var postgres = await PostgresMovedStore.OpenAsync(database, TimeProvider.System, CancellationToken.None);
        await using var sqlite = SqliteMovedStore.Open(DataOf(folder), mayMake: true);
        return await Move.RunAsync(postgres, sqlite, tell ?? output.WriteLine, CancellationToken.None, BatchRows);
    }

    private sealed class StoppedException : Exception;
}
