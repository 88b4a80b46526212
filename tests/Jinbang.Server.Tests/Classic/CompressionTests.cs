using System.IO.Compression;

namespace Jinbang.Server.Tests.Classic;

public sealed class CompressionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("GZIP", "gzip")]
    [InlineData("gzip;q=1.0", "gzip")]
    [InlineData("gzip ; q=0.5", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("br; q=0.0, gzip;q=0.001", "gzip")]
    [InlineData("gzip;q=0", null)]
    [InlineData("gzip;q=0.000,br;q=0", null)]
    [InlineData("identity", null)]
    [InlineData("deflate", null)]
    [InlineData("brotli, gzipped", null)]
    [InlineData("", null)]
    [InlineData(",;=, ;", null)]
    public async Task The_list_is_compressed_as_accepted(string accepted, string? coding)
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oPacked&score=5");
        await game.PostProfileAsync("openid=oPacked&nickname=小明😀");
        var plain = Contract.List(Contract.Row("5", "\"小明😀\""));
        var reply = await game.ListAsync($"Accept-Encoding: {accepted}");
        Assert.Equal(coding, reply.Header("Content-Encoding"));
        Contract.Replies(plain, reply with
        {
            Body = Unpack(reply.Body, coding),
            Headers = [.. reply.Headers.Where(static header => header.Key is not ("Content-Encoding" or "Content-Length")), new("Content-Length", RawRequest.Of(plain).Length.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        }, "Vary: Accept-Encoding");
    }

    [Fact]
    public async Task Small_replies_are_never_compressed()
    {
        await using var game = await fixture.PlayAsync();
        Contract.Replies(Contract.NoScore, await game.Connection.AskAsync(RawRequest.Get(game.PathOf("user_score?openid=oNobody"), "Accept-Encoding: gzip, br")));
    }

    [Fact]
    public async Task A_compressed_list_is_as_new_as_a_plain_one()
    {
        await using var game = await fixture.PlayEmptyAsync();
        for (var score = 1; score <= 5; score++)
        {
            await game.PostScoreAsync($"openid=oNewest&score={score}");
            foreach (var coding in (string[])["gzip", "br"])
            {
                var reply = await game.ListAsync($"Accept-Encoding: {coding}");
                Assert.Equal(Contract.List(Contract.Row($"{score}")), (reply with { Body = Unpack(reply.Body, coding) }).Text);
            }
        }
    }

    private static byte[] Unpack(byte[] body, string? coding)
    {
        if (coding is null)
        {
            return body;
        }

        using var packed = new MemoryStream(body);
        using Stream unpacking = coding == "br" ? new BrotliStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress);
        var plain = new MemoryStream();
        unpacking.CopyTo(plain);
        return plain.ToArray();
    }
}
