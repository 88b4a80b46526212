using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Microsoft.AspNetCore.Routing;

namespace Jinbang.Server.Tests.Reference;

public sealed partial class ReferenceTests(V1Fixture fixture) : IClassFixture<V1Fixture>
{
    private static string Committed => Path.Combine(RepositoryOf(), "api", "openapi.json");

    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        var served = (await fixture.Server.AskAsync(RawRequest.Get("/docs/openapi.json"))).Text;
        if (WrittenDocs.AreWanted)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Committed)!);
            await File.WriteAllTextAsync(Committed, served);
            return;
        }

        Assert.True(
            File.Exists(Committed) && await File.ReadAllTextAsync(Committed) == served,
            "api/openapi.json is not what the server says. Renew it: JINBANG_WRITE_DOCS=1 dotnet run --project tests/Jinbang.Server.Tests -- --filter-class Jinbang.Server.Tests.Reference.ReferenceTests");
    }

    [Fact]
    public async Task Another_server_writes_the_same_bytes()
    {
        await using var other = await TestServer.StartAsync();
        Assert.Equal((await fixture.Server.AskAsync(RawRequest.Get("/docs/openapi.json"))).Text, (await other.AskAsync(RawRequest.Get("/docs/openapi.json"))).Text);
    }

    [Fact]
    public async Task Every_route_of_v1_is_in_it_with_all_that_a_client_must_know()
    {
        var paths = JsonDocument.Parse((await fixture.Server.AskAsync(RawRequest.Get("/docs/openapi.json"))).Body).RootElement.GetProperty("paths");
        var names = new HashSet<string>();
        foreach (var route in fixture.Server.Endpoints.OfType<RouteEndpoint>().Where(static route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            foreach (var method in (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(static method => method is not "HEAD"))
            {
                var operation = paths.GetProperty(route.RoutePattern.RawText!).GetProperty(method.ToLowerInvariant());
                Assert.True(names.Add(operation.GetProperty("operationId").GetString()!), $"{method} {route.RoutePattern.RawText} has the name of another.");
                Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
                Assert.Contains("Takes: ", operation.GetProperty("description").GetString(), StringComparison.Ordinal);
                Assert.Single(operation.GetProperty("tags").EnumerateArray());
                Assert.Equal(!route.Metadata.GetMetadata<AccessRule>()!.Allowed.HasFlag(Who.Anyone), operation.TryGetProperty("security", out _));
                Assert.All(
                    operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default,
                    static parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
                Assert.Contains(operation.GetProperty("responses").EnumerateObject(), static response => response.Name.StartsWith('2'));
            }
        }

        Assert.True(names.Count >= 20);
    }

    [Fact]
    public async Task Every_kind_of_problem_has_its_place_on_the_page_that_its_type_leads_to()
    {
        var page = await fixture.Server.AskAsync(RawRequest.Get("/docs/problems"));
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        foreach (var code in Enum.GetValues<ProblemCode>())
        {
            var problem = ProblemReplies.Of(code);
            Assert.StartsWith("/docs/problems#", problem.Type, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<dt id=\"{problem.Code}\"><code>{problem.Code}</code> – {problem.Status}</dt>"), page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere()
    {
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Server.Url) };
        var page = await http.GetStringAsync("/docs");
        Assert.Contains("openapi.json", page, StringComparison.Ordinal);
        var parts = Parts().Matches(page).Select(static match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(parts);
        foreach (var part in parts)
        {
            Assert.DoesNotContain("//", part, StringComparison.Ordinal);
            Assert.Equal(200, (int)(await http.GetAsync(new Uri(new Uri($"{fixture.Server.Url}/docs/"), part))).StatusCode);
        }
    }

    [Theory]
    [InlineData("GET", "/v1/nowhere", 404, null)]
    [InlineData("GET", "/v1/", 404, null)]
    [InlineData("POST", "/v1/games/none/boards/none/windows/none/standings/nowhere", 404, null)]
    [InlineData("DELETE", "/v1/games/none/boards/none/windows/none/standings", 405, "GET, HEAD, OPTIONS")]
    [InlineData("GET", "/v1/games/none/scores/batch", 405, "POST, OPTIONS")]
    [InlineData("POST", "/v1/games/none/players/none", 405, "DELETE, GET, HEAD, PATCH, OPTIONS")]
    public async Task What_is_not_there_is_a_problem(string method, string path, int status, string? allow)
    {
        var reply = await fixture.Server.AskAsync(RawRequest.WithoutBody(method, path));
        Assert.Equal((status, "application/problem+json", allow), (reply.Status, reply.Header("Content-Type"), reply.Header("Allow")));
        Assert.Equal(status == 404 ? "not_found" : "method_not_allowed", JsonDocument.Parse(reply.Body).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_asks_too_much_is_told_so_as_a_problem()
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Limits:RequestsPerSecond"] = "1", ["Limits:RequestBurst"] = "1" }, new Limits.HandClock());
        await server.AskAsync(RawRequest.Get("/v1/nowhere"));
        var reply = await server.AskAsync(RawRequest.Get("/v1/nowhere"));
        Assert.Equal((429, "application/problem+json", "1", "*"), (reply.Status, reply.Header("Content-Type"), reply.Header("Retry-After"), reply.Header("Access-Control-Allow-Origin")));
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"|from '([^']+)'")]
    private static partial Regex Parts();

    private static string RepositoryOf([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));
}
