using Jinbang.Boards;
using Jinbang.Server.Classic;
using Jinbang.Server.Health;
using Jinbang.Server.Operating;
using Jinbang.Server.Tests.Classic;
using Jinbang.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Jinbang.Server.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task A_loaded_server_is_alive_and_ready()
    {
        await using var server = await TestServer.StartAsync();
        Is(200, """{"status":"live"}""", await server.AskAsync(RawRequest.Get("/health/live")));
        Is(200, """{"status":"ready"}""", await server.AskAsync(RawRequest.Get("/health/ready")));
        Assert.Equal(200, (await server.AskAsync(RawRequest.WithoutBody("HEAD", "/health/ready"))).Status);
    }

    [Fact]
    public async Task While_boards_are_loading_the_server_is_alive_but_every_call_is_503()
    {
        var data = Directory.CreateTempSubdirectory("jinbang-loading-").FullName;
        var settings = Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Data"] = data }).Build());
        await using (var store = SqliteScoreStore.Open(DataFolder.Take(data), settings.Storage.Sqlite, TimeProvider.System))
        {
            var boards = new LocalBoards(store, [.. settings.Games.Games.Select(static game => game.Definition)], TimeProvider.System, settings.Limits.Boards);
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
            builder.Services.AddRoutingCore();
            await using var app = builder.Build();
            app.UseClassicApi(boards, settings.Games);
            app.UseRouting();
            app.MapHealth(boards, () => boards.IsReady);
            await app.StartAsync();
            await using (var connection = await RawConnection.OpenAsync(new Uri(app.Urls.Single()).Port))
            {
                Is(200, """{"status":"live"}""", await connection.AskAsync(RawRequest.Get("/health/live")));
                var loading = await connection.AskAsync(RawRequest.Get("/health/ready"));
                Is(503, """{"status":"loading"}""", loading);
                Assert.Equal("1", loading.Header("Retry-After"));
                await using var game = new GameClient(connection, ServerFixture.DocumentGame);
                foreach (var ask in (Func<Task<RawReply>>[])[() => game.UserScoreAsync("oEarly"), () => game.ListAsync(), () => game.PostScoreAsync("openid=oEarly&score=5"), () => game.PostProfileAsync("openid=oEarly")])
                {
                    Contract.Fails(503, await ask(), "Retry-After: 1");
                }

                await boards.LoadAsync();
                Is(200, """{"status":"ready"}""", await connection.AskAsync(RawRequest.Get("/health/ready")));
                Assert.Equal(Contract.ScoreAdded, (await game.PostScoreAsync("openid=oEarly&score=5")).Text);
            }

            await app.StopAsync();
            await boards.StopAsync();
        }

        Directory.Delete(data, recursive: true);
    }

    private static void Is(int status, string json, RawReply reply)
    {
        Assert.Equal((status, json), (reply.Status, reply.Text));
        Assert.Equal("application/json; charset=utf-8", reply.Header("Content-Type"));
        Assert.Equal("no-store", reply.Header("Cache-Control"));
    }
}
