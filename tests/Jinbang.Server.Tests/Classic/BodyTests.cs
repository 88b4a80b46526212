using System.Globalization;

namespace Jinbang.Server.Tests.Classic;

public sealed class BodyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int MostBytes = 16 * 1024;
    private static readonly string Path = $"/{ServerFixture.DocumentGame}/api/post_score";

    [Fact]
    public async Task A_chunked_body_is_read()
    {
        await using var game = await fixture.PlayAsync();
        var request = RawRequest.PostChunked(Path, RawRequest.Form, RawRequest.Of("open"), RawRequest.Of("id=oChunked&sc"), RawRequest.Of("ore=8&"));
        Contract.Replies(Contract.ScoreAdded, await game.Connection.AskAsync(request));
        Contract.Replies(Contract.Score(8), await game.UserScoreAsync("oChunked"));
    }

    [Fact]
    public async Task An_empty_chunked_body_is_refused_at_HTTP_200() => Contract.Refuses(await fixture.Server.AskAsync(RawRequest.PostChunked(Path, RawRequest.Form)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_in_many_packets_is_read(bool isChunked)
    {
        await using var game = await fixture.PlayAsync();
        var body = RawRequest.Of($"openid=oPackets{isChunked}&score=8&nickname=小明😀");
        var request = isChunked ? RawRequest.PostChunked(Path, RawRequest.Form, body) : RawRequest.Post(Path, RawRequest.Form, body);
        foreach (var part in request)
        {
            await game.Connection.SendAsync(new[] { part });
            await Task.Yield();
        }

        Contract.Replies(Contract.ScoreAdded, await game.Connection.ReadAsync());
        Contract.Replies(Contract.Score(8), await game.UserScoreAsync($"oPackets{isChunked}"));
    }

    [Fact]
    public async Task A_body_that_comes_after_its_headers_is_awaited()
    {
        await using var game = await fixture.PlayAsync();
        var request = RawRequest.Post(Path, RawRequest.Form, RawRequest.Of("openid=oAwaited&score=8"));
        await game.Connection.SendAsync(request.AsMemory(0, request.Length - 12));
        await using (var other = await fixture.PlayAsync())
        {
            // A round trip on another connection: by then the first part has arrived.
            Contract.Replies(Contract.NoScore, await other.UserScoreAsync("oAwaited"));
        }

        await game.Connection.SendAsync(request.AsMemory(request.Length - 12));
        Contract.Replies(Contract.ScoreAdded, await game.Connection.ReadAsync());
    }

    [Theory]
    [InlineData(RawRequest.Form)]
    [InlineData("text/plain")]
    public async Task Sixteen_kibibytes_are_read(string contentType)
    {
        await using var game = await fixture.PlayAsync();
        var id = $"oFull{contentType.Length}";
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(Filled($"openid={id}&score=8&x=", MostBytes), contentType));
        Contract.Replies(Contract.ScoreChanged, await game.Connection.AskAsync(RawRequest.PostChunked(Path, contentType, Filled($"openid={id}&score=9&x=", MostBytes))));
        Contract.Replies(Contract.Score(9), await game.UserScoreAsync(id));
    }

    [Theory]
    [InlineData(MostBytes + 1)]
    [InlineData(MostBytes * 2)]
    [InlineData((MostBytes * 4) + 1)]
    public async Task One_byte_more_is_413(int length)
    {
        var body = Filled("openid=oTooMuch&score=8&x=", length);
        await using var game = await fixture.PlayAsync();
        IsTooLarge(await fixture.Server.AskAsync(RawRequest.Post(Path, RawRequest.Form, body)));
        IsTooLarge(await fixture.Server.AskAsync(RawRequest.PostChunked(Path, RawRequest.Form, body)));
        IsTooLarge(await fixture.Server.AskAsync(RawRequest.PostChunked(Path, RawRequest.Form, [.. body.Chunk(1000)])));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oTooMuch"));
    }

    [Fact]
    public async Task A_length_that_is_too_large_is_413_before_the_body_is_sent()
    {
        await using var connection = await fixture.Server.ConnectAsync();
        await connection.SendAsync(RawRequest.Of($"POST {Path} HTTP/1.1\r\nHost: game.example\r\nContent-Length: 100000000000\r\n\r\n"));
        IsTooLarge(await connection.ReadAsync());
    }

    [Fact]
    public async Task Who_expects_100_continue_gets_it()
    {
        await using var connection = await fixture.Server.ConnectAsync();
        var body = RawRequest.Of("openid=oExpects&score=8");
        await connection.SendAsync(RawRequest.Of(string.Create(CultureInfo.InvariantCulture, $"POST {Path} HTTP/1.1\r\nHost: game.example\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n")));
        Assert.Equal(100, (await connection.ReadAsync(isHead: true)).Status);
        await connection.SendAsync(body);
        Contract.Replies(Contract.ScoreAdded, await connection.ReadAsync());
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("80000000\r\nabc")]
    [InlineData("ffffffffffffffff\r\nabc")]
    [InlineData("6\r\nopenid=oChunk\r\n")]
    [InlineData("d\r\nopenid=oChunk\r\nffffffff\r\n")]
    public async Task Broken_chunks_are_400_in_the_contracts_shape(string chunks)
    {
        var reply = await fixture.Server.AskAsync(RawRequest.Of($"POST {Path} HTTP/1.1\r\nHost: game.example\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"));
        Contract.Fails(400, reply with { Headers = [.. reply.Headers.Where(static header => header.Key != "Connection")] });
    }

    [Fact]
    public async Task A_body_cut_short_stores_nothing()
    {
        await using var game = await fixture.PlayAsync();
        await using (var connection = await fixture.Server.ConnectAsync())
        {
            await connection.SendAsync(RawRequest.Of($"POST {Path} HTTP/1.1\r\nHost: game.example\r\nContent-Length: 100\r\n\r\nopenid=oCut&score=8"));
            connection.FinishSending();
            if (await connection.TryReadAsync() is { } reply)
            {
                Assert.InRange(reply.Status, 400, 499);
            }
        }

        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oCut"));
    }

    private static byte[] Filled(string start, int length) => RawRequest.Of(start.PadRight(length, 'x'));

    // The connection may stay open or be closed.
    private static void IsTooLarge(RawReply reply) => Contract.Fails(413, reply with { Headers = [.. reply.Headers.Where(static header => header.Key != "Connection")] });
}
