namespace Jinbang.Server.Tests.Classic;

public sealed class MultipartTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Type = "multipart/form-data; boundary=----game42";

    [Theory]
    [InlineData("multipart/form-data; boundary=----game42")]
    [InlineData("multipart/form-data; boundary=\"----game42\"")]
    [InlineData("Multipart/Form-Data; charset=utf-8; boundary=----game42")]
    public async Task Parts_are_read(string contentType)
    {
        await using var game = await fixture.PlayEmptyAsync();
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync(Parts(("openid", "oParts"), ("score", "12"), ("extra", "x"), ("score", "99")), contentType));
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync(Parts(("openid", "oParts"), ("nickname", "100%好+😀&a=b"), ("headimgurl", "")), contentType));
        Contract.Replies(Contract.List(Contract.Row("12", "\"100%好+😀&a=b\"", "\"\"")), await game.ListAsync(), "Vary: Accept-Encoding");
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=other")]
    [InlineData("multipart/")]
    [InlineData("multipart/form-data; =")]
    public async Task Parts_that_cannot_be_told_apart_are_refused(string contentType)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostScoreAsync(Parts(("openid", "oLost"), ("score", "12")), contentType));
        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oLost"));
    }

    [Theory]
    [InlineData(70)]
    [InlineData(1000)]
    [InlineData(4089)]
    [InlineData(8000)]
    public async Task A_boundary_of_any_length_is_answered_in_the_contracts_shape(int length)
    {
        await using var game = await fixture.PlayAsync();
        var reply = await game.PostScoreAsync("x", $"multipart/form-data; boundary={new string('b', length)}");
        Contract.Refuses(reply);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\0b")]
    public async Task Bad_text_in_a_part_is_refused(string text)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostProfileAsync(Parts(("openid", "oBadPart"), ("nickname", text)), Type));
        Contract.Refuses(await game.PostProfileAsync([.. RawRequest.Of(Parts(("openid", "oBadPart"), ("nickname", "@")).Replace("@\r\n------game42--\r\n", "", StringComparison.Ordinal)), 0xFF, .. "\r\n------game42--\r\n"u8], Type));
    }

    [Fact]
    public async Task Broken_parts_are_refused_and_harmless()
    {
        await using var game = await fixture.PlayAsync();
        var whole = Parts(("openid", "oBrokenParts"), ("score", "12"));
        for (var length = 0; length < whole.IndexOf("score", StringComparison.Ordinal); length++)
        {
            Contract.Refuses(await game.PostScoreAsync(whole[..length], Type));
        }

        Contract.Replies(Contract.NoScore, await game.UserScoreAsync("oBrokenParts"));
    }

    private static string Parts(params (string Name, string Value)[] fields) =>
        $"{string.Concat(fields.Select(static field => $"------game42\r\nContent-Disposition: form-data; name=\"{field.Name}\"\r\n\r\n{field.Value}\r\n"))}------game42--\r\n";
}
