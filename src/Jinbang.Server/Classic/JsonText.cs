using System.Buffers;

namespace Jinbang.Server.Classic;

/// <summary>
/// Writes JSON strings as UTF-8 that escapes only what JSON demands: quotes, backslashes and control characters. The framework's writer also escapes
/// everything beyond the basic plane, even with its most relaxed encoder, and clients have been seen to show such escapes.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(static code => (byte)code), (byte)'"', (byte)'\\']);

    public static void WriteOrNull(ArrayBufferWriter<byte> json, byte[]? utf8)
    {
        if (utf8 is null)
        {
            json.Write("null"u8);
            return;
        }

        json.Write("\""u8);
        for (ReadOnlySpan<byte> rest = utf8; ;)
        {
            var plain = rest.IndexOfAny(Escaped);
            if (plain < 0)
            {
                json.Write(rest);
                break;
            }

            json.Write(rest[..plain]);
            WriteEscaped(json, rest[plain]);
            rest = rest[(plain + 1)..];
        }

        json.Write("\""u8);
    }

    private static void WriteEscaped(ArrayBufferWriter<byte> json, byte code)
    {
        switch (code)
        {
            case (byte)'"':
                json.Write("\\\""u8);
                break;
            case (byte)'\\':
                json.Write("\\\\"u8);
                break;
            case (byte)'\n':
                json.Write("\\n"u8);
                break;
            case (byte)'\r':
                json.Write("\\r"u8);
                break;
            case (byte)'\t':
                json.Write("\\t"u8);
                break;
            default:
                json.Write("\\u00"u8);
                json.Write([Hex(code >> 4), Hex(code & 15)]);
                break;
        }
    }

    private static byte Hex(int digit) => (byte)"0123456789abcdef"[digit];
}
