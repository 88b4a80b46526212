using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jinbang.Server.Webhooks;

/// <summary>The symmetric signature of the Standard Webhooks specification.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>Signs a message with each key of a secret.</summary>
    /// <param name="secret">Its keys sign.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="timestamp">When it is sent, Unix seconds.</param>
    /// <param name="body">What is sent.</param>
    /// <returns>The value of <c>webhook-signature</c>: for each key <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>, with spaces between.</returns>
    public static string Sign(WebhookSecret secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var text = new StringBuilder();
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var key in secret.Keys)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hmac.AppendData(head);
            hmac.AppendData(body);
            hmac.GetHashAndReset(code);
            text.Append(text.Length == 0 ? "v1," : " v1,").Append(Convert.ToBase64String(code));
        }

        return text.ToString();
    }
}
