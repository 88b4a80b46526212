using Jinbang.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Jinbang.Server.Tests.Access;

public sealed class PermissionTableTests(CallersFixture fixture) : IClassFixture<CallersFixture>
{
    private IReadOnlyList<PermissionRow> Rows => PermissionRow.Of(fixture.Server.Endpoints);

    [Fact]
    public void The_committed_table_is_the_one_that_is_served()
    {
        var text = File.ReadAllText(PermissionTable.File);
        var table = PermissionTable.Write(Rows);
        if (WrittenDocs.AreWanted)
        {
            File.WriteAllText(PermissionTable.File, PermissionTable.Replace(text, table));
            return;
        }

        Assert.Equal(table, PermissionTable.Committed(text));
    }

    [Theory]
    [InlineData("/v1/forgotten")]
    [InlineData("v1/forgotten/{game}")]
    [InlineData("/V1")]
    public void A_route_without_a_row_stops_the_start(string path)
    {
        RouteEndpoint open = new(static _ => Task.CompletedTask, RoutePatternFactory.Parse(path), 0, EndpointMetadataCollection.Empty, null);
        RouteEndpoint guarded = new(static _ => Task.CompletedTask, RoutePatternFactory.Parse(path), 0, new EndpointMetadataCollection(new AccessRule(Who.Operator)), null);
        RouteEndpoint page = new(static _ => Task.CompletedTask, RoutePatternFactory.Parse("/play/{game}"), 0, EndpointMetadataCollection.Empty, null);
        Assert.Contains(path, Assert.Throws<InvalidOperationException>(() => AccessCheck.RequireRules([page, open])).Message, StringComparison.Ordinal);
        AccessCheck.RequireRules([page, guarded]);
    }

    [Fact]
    public async Task Every_route_lets_in_exactly_whom_its_row_names()
    {
        (Who Kind, string? Credential)[] callers =
        [
            (Who.Client, fixture.Client), (Who.Player, null), (Who.Server, fixture.ServerKey), (Who.Operator, fixture.Operator), (Who.Nobody, null),
        ];
        Assert.NotEmpty(Rows);
        foreach (var row in Rows)
        {
            foreach (var (kind, credential) in callers)
            {
                var status = await StatusAsync(row, kind == Who.Player ? (await fixture.SignInAsync()).Token : credential);
                Assert.True(status is 401 or 403 != row.Lets(kind) && status != 500, $"{row.Method} {row.Path} answered {status} to {kind}.");
                Assert.True(status is not 401 || kind == Who.Nobody, $"{row.Method} {row.Path} does not know {kind}.");
            }
        }
    }

    [Fact]
    public async Task No_route_lets_in_what_is_no_credential_of_the_game()
    {
        foreach (var row in Rows.Where(static row => !row.Allowed.HasFlag(Who.Anyone)))
        {
            foreach (var (what, (credential, expected)) in fixture.Refused)
            {
                var status = await StatusAsync(row, credential);
                Assert.True(status == expected, $"{row.Method} {row.Path} answered {status} to {what}.");
            }
        }
    }

    [Fact]
    public async Task A_player_is_himself_by_his_public_id_too_and_nobody_else()
    {
        foreach (var row in Rows.Where(static row => row.Allowed.HasFlag(Who.OwnPlayer) && !row.Allowed.HasFlag(Who.Player)))
        {
            var (token, id) = await fixture.SignInAsync();
            foreach (var other in (string[])[fixture.OtherPlayerId, "0000000000000000", "ME"])
            {
                Assert.Equal(403, await StatusAsync(row, token, player: other));
            }

            Assert.DoesNotContain(await StatusAsync(row, token, player: id), (int[])[401, 403]);
        }
    }

    [Fact]
    public async Task A_refusal_does_not_tell_which_games_exist()
    {
        foreach (var row in Rows.Where(static row => row.Path.Contains("{game}", StringComparison.Ordinal)))
        {
            foreach (var credential in (string?[])[null, fixture.Refused["another game's server key"].Credential])
            {
                using var client = new V1Client(fixture.Server, credential);
                var here = await client.SendAsync(row.Method, Fill(row.Path), BodyOf(row));
                foreach (var game in (string[])["nobodys", "NO.GAME", "api"])
                {
                    var there = await client.SendAsync(row.Method, Fill(row.Path, game), BodyOf(row));
                    Assert.Equal((here.Status, here.Text), (there.Status, there.Text));
                }
            }
        }
    }

    [Theory]
    [InlineData("Authorization: Basic {0}")]
    [InlineData("Authorization: {0}")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Bearer {0}, Bearer {0}")]
    [InlineData("Authorization: Bearer {0}\r\nAuthorization: Bearer {0}")]
    [InlineData("X-Api-Key: {0}")]
    public async Task Only_one_bearer_header_counts(string header)
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Get("/v1/games", header.Replace("{0}", fixture.Operator, StringComparison.Ordinal)));
        Assert.Equal((401, "no-store", "Bearer"), (reply.Status, reply.Header("Cache-Control"), reply.Header("WWW-Authenticate")));
    }

    [Fact]
    public async Task The_scheme_may_be_written_in_any_letter_case()
    {
        Assert.Equal(200, (await fixture.Server.AskAsync(RawRequest.Get("/v1/games", $"Authorization: bEARER {fixture.Operator}"))).Status);
    }

    [Fact]
    public async Task No_secret_is_logged()
    {
        using var client = new V1Client(fixture.Server, fixture.Operator);
        await client.GetAsync("/v1/games");
        foreach (var secret in (string[])[fixture.Operator, fixture.ServerKey, fixture.Client, fixture.Player])
        {
            Assert.DoesNotContain(fixture.Server.Log.Lines, line => line.Text.Contains(secret[4..], StringComparison.Ordinal));
        }
    }

    private static string? BodyOf(PermissionRow row) => row.Method is "GET" or "HEAD" or "DELETE" ? null : "{}";

    /// <summary>A path with something in every gap; none of it exists but the game.</summary>
    private static string Fill(string path, string game = CallersFixture.Game, string player = "me") => string.Join('/', path.Split('/').Select(word => word switch
    {
        "{game}" => game,
        "{player}" => player,
        ['{', ..] => "none",
        _ => word,
    }));

    private async Task<string> TicketAsync()
    {
        using var client = new V1Client(fixture.Server, fixture.Client);
        return (await client.PostAsync($"/v1/games/{CallersFixture.Game}/live/tickets", """{"board":"main","window":"all_time"}""")).Is(200)["ticket"]!;
    }

    private async Task<int> StatusAsync(PermissionRow row, string? credential, string player = "me")
    {
        using var client = new V1Client(fixture.Server, credential);
        using var reply = await client.AnswerAsync(row.Method, Fill(row.Path, player: player) + (row.AsksForTicket ? $"?ticket={await TicketAsync()}" : ""), BodyOf(row));
        return (int)reply.StatusCode;
    }
}
