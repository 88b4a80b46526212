using Jinbang.Server.Tests.Classic;
using Microsoft.Extensions.Logging;

namespace Jinbang.Server.Tests.Operating;

public sealed class LogTests
{
    private const string Game = $"/{ServerFixture.DocumentGame}/api";

    // Parts of ids, nicknames, avatars, queries and headers.
    private static readonly string[] Secrets = ["oSecretId", "SecretNick", "秘密", "%E7%A7%98", "secret-avatar", "secretquery", "SecretHeader", "secretplace", "987654321012345"];

    [Theory]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Logging:LogLevel:Microsoft")]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Logging:LogLevel:System")]
    [InlineData("Logging:Captured:LogLevel:Microsoft.AspNetCore")]
    [InlineData("Logging:Captured:LogLevel:Default")]
    [InlineData("Logging:LogLevel:*")]
    public async Task However_loud_the_log_is_set_it_names_no_player(string key)
    {
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { [key] = "Trace" });
        foreach (var request in Requests())
        {
            await server.AskAsync(request);
        }

        // Who leaves in the middle.
        await using (var connection = await server.ConnectAsync())
        {
            await connection.SendAsync(RawRequest.Of($"POST {Game}/post_score?openid=oSecretId HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nopenid=oSecretId&nickname=SecretNick"));
            connection.FinishSending();
            await connection.TryReadAsync();
        }

        await using var game = await server.PlayAsync(ServerFixture.DocumentGame);
        Contract.Replies(Contract.Score(987_654_321_012_345), await game.UserScoreAsync("oSecretId"));
        Assert.Contains(server.Log.Lines, static line => line.Text.Contains("Ready", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.Lines, static line => Secrets.Any(secret => line.Text.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(server.Log.Lines, static line => line.Category.StartsWith("Microsoft.", StringComparison.Ordinal) && line.Level < LogLevel.Warning);
    }

    private static byte[][] Requests() =>
    [
        RawRequest.Post($"{Game}/post_score", RawRequest.Form, RawRequest.Of("openid=oSecretId&score=987654321012345&")),
        RawRequest.Post($"{Game}/post_score", RawRequest.Json, RawRequest.Of("""{"openid":"oSecretId","score":987654321012345}""")),
        RawRequest.Post($"{Game}/post_score?secretquery=1", RawRequest.Form, RawRequest.Of("openid=oSecretId秘密&score=abc")),
        RawRequest.Post($"{Game}/post_user_info", RawRequest.Form, RawRequest.Of("openid=oSecretId&nickname=SecretNick秘密&headimgurl=http://pictures.example/secret-avatar&city=secretplace")),
        RawRequest.Post($"{Game}/post_user_info", RawRequest.Json, RawRequest.Of("""{"openid":"oSecretId","nickname":"SecretNick""")),
        RawRequest.Post($"{Game}/post_user_info", "multipart/form-data; boundary=SecretHeader", RawRequest.Of("--SecretHeader\r\nContent-Disposition: form-data; name=\"openid\"\r\n\r\noSecretId\r\n--SecretHeader--\r\n")),
        RawRequest.Post($"{Game}/post_user_info", "multipart/form-data; boundary=SecretHeader", RawRequest.Of("--SecretHeader\r\nSecretNick")),
        RawRequest.Get($"{Game}/user_score?openid=oSecretId&secretquery=%E7%A7%98", "X-Any: SecretHeader", "Cookie: a=SecretHeader", "Origin: https://secretheader.example"),
        RawRequest.WithoutBody("HEAD", $"{Game}/user_score?openid=oSecretId"),
        RawRequest.WithoutBody("DELETE", $"{Game}/user_score?openid=oSecretId"),
        RawRequest.WithoutBody("OPTIONS", $"{Game}/post_score?openid=oSecretId", "Access-Control-Request-Headers: SecretHeader"),
        RawRequest.Get($"{Game}/tpinball_score?openid=oSecretId"),
        RawRequest.Get("/UnknownPath?openid=oSecretId"),
        RawRequest.Get("/UnknownPath.html?openid=oSecretId"),
        RawRequest.Get("/play/UnknownPath?openid=oSecretId"),
        RawRequest.Get($"/play/{ServerFixture.DocumentGame}?openid=oSecretId"),
        RawRequest.Get("/UnknownPath/api/user_score?openid=oSecretId"),
        RawRequest.Get($"{Game}/user_score?openid=oSecretId秘密"),
        RawRequest.Of($"GET {Game}/user_score?openid=oSecretId HTTP/1.1\r\n\r\n"),
        RawRequest.Of($"GET {Game}/user_score?openid=oSecretId HTTP/1.1\r\nHost: secretheader\r\nSecretHeader\r\n\r\n"),
        RawRequest.Of($"UnknownPath oSecretId\r\n\r\n"),
        RawRequest.Post($"{Game}/post_score?openid=oSecretId", RawRequest.Form, RawRequest.Of(new string('x', 20_000))),
        RawRequest.Of($"POST {Game}/post_score?openid=oSecretId HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nSecretNick\r\n"),
    ];
}
