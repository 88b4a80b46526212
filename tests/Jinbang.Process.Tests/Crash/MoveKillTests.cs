using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Jinbang.Postgres;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash;

/// <summary><c>jinbang move</c> is killed again and again on its way to a real PostgreSQL, and in the end everything is there.</summary>
public sealed class MoveKillTests(ITestOutputHelper output)
{
    private const string Game = "/v1/games/5f195b8dc01e13002c2d7341";
    private const int Players = 30_000;
    private const int Batch = 100;
    private const int MostKills = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_move_that_is_killed_anywhere_goes_on_and_ends_with_everything()
    {
        var seed = Environment.TickCount & 0xffff;
        output.WriteLine($"Seed {seed}.");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var postgres = await PostgresServer.SharedAsync();
        var database = await postgres.CreateDatabaseAsync();
        try
        {
            string before;
            await using (var server = await ServerProcess.StartAsync(folder.Data))
            {
                await FillAsync(server, random);
                before = await SnapshotAsync(server);
                Assert.Equal(0, await server.StopAsync());
            }

            (string, string)[] settings = [("JINBANG_Storage__ConnectionString", database)];
            var (kills, ended) = (0, false);
            for (; !ended; kills++)
            {
                await using var move = ChildProcess.Start(ProgramPath.Server, ["move", "--to", "PostgreSQL", "--data", folder.Data], Path.GetDirectoryName(folder.Data)!, settings);
                if (kills < MostKills)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(250, 1_200)), TimeProvider.System);
                    move.Kill();
                }

                // One that had ended already may have been a moment too quick for the kill.
                var code = await move.EndAsync(Patience);
                ended = code == 0;
                Assert.True(ended || kills < MostKills, move.Said);
            }

            output.WriteLine($"Killed {kills - 1} times.");
            Assert.True(kills > 2, "It was hardly ever killed.");
            await using var moved = await ServerProcess.StartAsync(folder.Data, [.. settings, ("JINBANG_Storage__Provider", "PostgreSQL")]);
            Assert.Equal(before, await SnapshotAsync(moved));
            Assert.Equal(0, await moved.StopAsync());
        }
        finally
        {
            await postgres.DropDatabaseAsync(database);
        }
    }

    private static async Task FillAsync(ServerProcess server, Random random)
    {
        using var http = Operator(server);
        for (var from = 0; from < Players; from += Batch)
        {
            var submissions = Enumerable.Range(from, Batch).Select(player => $$"""{"board":"main","external_id":"player {{player}}","score":{{random.Next(1, 1_000_000)}}}""");
            using var body = new StringContent($$"""{"submissions":[{{string.Join(',', submissions)}}]}""", Encoding.UTF8, "application/json");
            using var reply = await http.PostAsync($"{Game}/scores/batch", body);
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Lines of the top, the middle and the end, and how many there are.</summary>
    private static async Task<string> SnapshotAsync(ServerProcess server)
    {
        using var http = Operator(server);
        var said = new StringBuilder();
        foreach (var from in (int[])[1, Players / 2, Players - 99])
        {
            var page = JsonNode.Parse(await http.GetStringAsync($"{Game}/boards/main/windows/all_time/standings?limit=100&from={from.ToString(CultureInfo.InvariantCulture)}"))!;
            said.Append(page["window"]!["count"]).Append(page["lines"]!.ToJsonString());
        }

        return said.ToString();
    }

    private static HttpClient Operator(ServerProcess server)
    {
        var http = new HttpClient { BaseAddress = new Uri(FormattableString.Invariant($"http://127.0.0.1:{server.Port}")) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(server.Data, "operator.key")).Trim());
        return http;
    }
}
