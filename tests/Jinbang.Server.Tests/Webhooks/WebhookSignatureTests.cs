using System.Text;
using Jinbang.Server.Webhooks;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Jinbang.Server.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const long Timestamp = 1614265330;

    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();

    [Fact]
    public void The_specifications_example_is_signed_as_openssl_signs_it() =>
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Sign(WebhookSecret.TryParse(Secret)!, Id, Timestamp, Body));

    [Fact]
    public void Another_implementation_verifies_what_is_signed_and_sees_every_change()
    {
        var secret = WebhookSecret.Generate();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = Encoding.UTF8.GetBytes("""{"name":"秘密 🎱"}""");
        var signature = WebhookSignature.Sign(WebhookSecret.TryParse(secret)!, Id, now, body);
        Verify(secret, Id, now, signature, body);
        Assert.Throws<WebhookVerificationException>(() => Verify(WebhookSecret.Generate(), Id, now, signature, body));
        Assert.Throws<WebhookVerificationException>(() => Verify(secret, "msg_other", now, signature, body));
        Assert.Throws<WebhookVerificationException>(() => Verify(secret, Id, now - 1, signature, body));
        Assert.Throws<WebhookVerificationException>(() => Verify(secret, Id, now, signature, [.. body, (byte)' ']));
    }

    [Fact]
    public void While_secrets_are_rotated_a_receiver_may_hold_either()
    {
        var (older, newer) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = WebhookSignature.Sign(WebhookSecret.TryParse($"{newer} {older}")!, Id, now, Body);

        // The other implementation reads one signature alone, so it is shown each.
        var each = signature.Split(' ');
        Assert.Equal(2, each.Length);
        Verify(newer, Id, now, each[0], Body);
        Verify(older, Id, now, each[1], Body);
        Assert.Throws<WebhookVerificationException>(() => Verify(older, Id, now, each[0], Body));
        Assert.Throws<WebhookVerificationException>(() => Verify(newer, Id, now, each[1], Body));
    }

    [Fact]
    public void A_new_secret_has_32_bytes_and_is_never_the_same()
    {
        var secrets = Enumerable.Range(0, 100).Select(static _ => WebhookSecret.Generate()).ToArray();
        Assert.Equal(100, secrets.Distinct().Count());
        Assert.All(secrets, static secret => Assert.Equal(32, Assert.Single(WebhookSecret.TryParse(secret)!.Keys).Length));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(64)]
    public void A_secret_has_24_to_64_bytes(int bytes) =>
        Assert.Equal(Bytes(bytes), Assert.Single(WebhookSecret.TryParse($"whsec_{Convert.ToBase64String(Bytes(bytes))}")!.Keys));

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(65)]
    [InlineData(10_000)]
    public void A_secret_of_another_length_is_none(int bytes) => Assert.Null(WebhookSecret.TryParse($"whsec_{Convert.ToBase64String(Bytes(bytes))}"));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa_w")]
    [InlineData(Secret + " ")]
    [InlineData(Secret + "  " + Secret)]
    [InlineData(Secret + " " + Secret + " " + Secret)]
    public void What_is_written_otherwise_is_no_secret(string text) => Assert.Null(WebhookSecret.TryParse(text));

    [Fact]
    public void Neither_a_secret_nor_a_webhook_prints_its_keys()
    {
        var webhook = new Webhook { Id = "w1", Game = "pinball", Url = new Uri("https://receiver.example/?key=hidden"), Secret = Secret };
        Assert.Equal("w1", $"{webhook}");
        Assert.Equal("whsec_…", $"{WebhookSecret.TryParse(Secret)}");
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 7))];

    private static void Verify(string secret, string id, long timestamp, string signature, byte[] body) => new StandardWebhook(secret).Verify(
        Encoding.UTF8.GetString(body),
        new HeaderDictionary
        {
            [WebhookSignature.IdHeader] = id,
            [WebhookSignature.TimestampHeader] = $"{timestamp}",
            [WebhookSignature.SignatureHeader] = signature,
        });
}
