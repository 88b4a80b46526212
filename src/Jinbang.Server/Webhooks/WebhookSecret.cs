using System.Security.Cryptography;

namespace Jinbang.Server.Webhooks;

/// <summary>The keys a webhook is signed with, written as in the Standard Webhooks specification: <c>whsec_</c> and Base64.</summary>
internal sealed class WebhookSecret
{
    public const int LeastBytes = 24;
    public const int MostBytes = 64;

    /// <summary>How many may sign at once: a new one and the one it takes the place of.</summary>
    public const int MostKeys = 2;

    private const string Prefix = "whsec_";
    private const int NewBytes = 32;

    private readonly byte[][] keys;

    private WebhookSecret(byte[][] keys) => this.keys = keys;

    /// <summary>One or two; each signs.</summary>
    public IReadOnlyList<byte[]> Keys => keys;

    /// <summary>A new secret of 32 random bytes.</summary>
    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>Reads one secret, or two with a space between.</summary>
    /// <returns>Null when the text is none.</returns>
    public static WebhookSecret? TryParse(string text)
    {
        var parts = text.Split(' ');
        if (parts.Length > MostKeys)
        {
            return null;
        }

        var keys = new byte[parts.Length][];
        for (var i = 0; i < parts.Length; i++)
        {
            if (TryDecode(parts[i]) is not { } key)
            {
                return null;
            }

            keys[i] = key;
        }

        return new WebhookSecret(keys);
    }

    /// <summary>Says nothing: what is printed must not hold the keys.</summary>
    public override string ToString() => Prefix + "…";

    private static byte[]? TryDecode(string text)
    {
        Span<byte> key = stackalloc byte[MostBytes];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), key, out var length)
            && length >= LeastBytes
            ? key[..length].ToArray()
            : null;
    }
}
