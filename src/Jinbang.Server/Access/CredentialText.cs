using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Jinbang.Server.Access;

/// <summary>Secrets as text: four characters that tell the kind, then base64url. Whoever finds one somewhere can see what it is.</summary>
internal static class CredentialText
{
    public const string ClientKey = "jbc_";
    public const string ServerKey = "jbs_";
    public const string PlayerToken = "jbp_";
    public const string OperatorKey = "jbo_";

    /// <summary>How many characters a key has: the kind and 32 random bytes.</summary>
    public const int KeyLength = 4 + 43;

    /// <summary>How many bytes the secret of a key has.</summary>
    public const int SecretBytes = 32;

    /// <summary>A new secret that nobody can guess.</summary>
    public static string NewKey(string kind)
    {
        Span<byte> random = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(random);
        return kind + Base64Url.EncodeToString(random);
    }

    /// <summary>The bytes of a text that is ASCII and fits.</summary>
    public static bool TryGetBytes(ReadOnlySpan<char> text, Span<byte> buffer, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (text.Length > buffer.Length || Ascii.FromUtf16(text, buffer, out var length) != OperationStatus.Done)
        {
            return false;
        }

        bytes = buffer[..length];
        return true;
    }
}
