using Jinbang.Server.Tests.Classic;

namespace Jinbang.Server.Tests.Limits;

public sealed class AddressLimitTests
{
    private const string Path = $"/{ServerFixture.DocumentGame}/api/user_score?openid=oNobody";

    [Fact]
    public async Task Who_asks_too_much_is_told_429_in_the_contracts_shape_and_let_in_later()
    {
        var clock = new HandClock();
        await using var server = await TestServer.StartAsync(new Dictionary<string, string?> { ["Limits:RequestsPerSecond"] = "1", ["Limits:RequestBurst"] = "3" }, clock);
        for (var i = 0; i < 3; i++)
        {
            Contract.Replies(Contract.NoScore, await server.AskAsync(RawRequest.Get(Path)));
        }

        Contract.Fails(429, await server.AskAsync(RawRequest.Get(Path)), "Retry-After: 1");
        Contract.Fails(429, await server.AskAsync(RawRequest.Post($"/{ServerFixture.DocumentGame}/api/post_score", RawRequest.Form, RawRequest.Of("openid=oLimited&score=5"))), "Retry-After: 1");
        clock.Pass(TimeSpan.FromSeconds(1.5));
        Contract.Replies(Contract.NoScore, await server.AskAsync(RawRequest.Get($"/{ServerFixture.DocumentGame}/api/user_score?openid=oLimited")));
        Contract.Fails(429, await server.AskAsync(RawRequest.Get(Path)), "Retry-After: 1");
    }
}
