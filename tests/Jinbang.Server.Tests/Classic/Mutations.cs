using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Jinbang.Server.Tests.Classic;

/// <summary>Spoils valid requests at random: half of them anywhere, half of them in their body alone, so that they get past the HTTP server.</summary>
internal sealed partial class Mutations(IReadOnlyList<byte[]> valid, Random random)
{
    private const int LongestInsertion = 40;

    private static readonly byte[][] Dangerous =
    [
        [0x00], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], "%"u8.ToArray(), "%00"u8.ToArray(), "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\r\n\r\n"u8.ToArray(),
        "\""u8.ToArray(), "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "&"u8.ToArray(), "="u8.ToArray(), "'"u8.ToArray(), "-"u8.ToArray(),
        "99999999999999999999"u8.ToArray(), "Content-Length: 5\r\n"u8.ToArray(), "Transfer-Encoding: chunked\r\n"u8.ToArray(), "Expect: 100-continue\r\n"u8.ToArray(),
        "Upgrade: h2c\r\nConnection: Upgrade\r\n"u8.ToArray(), "Content-Type: multipart/form-data; boundary=x\r\n"u8.ToArray(), "//"u8.ToArray(), "/../"u8.ToArray(), " "u8.ToArray(),
    ];

    public byte[] Next()
    {
        var request = Pick(valid);
        var end = request.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        return end < request.Length && random.Next(4) != 0 ? WithLength(request[..end], Spoil(request[end..])) : Spoil(request);
    }

    private static byte[] WithLength(byte[] head, byte[] body) =>
        [.. Encoding.Latin1.GetBytes(Length().Replace(Encoding.Latin1.GetString(head), body.Length.ToString(CultureInfo.InvariantCulture))), .. body];

    private byte[] Spoil(byte[] valid)
    {
        var spoiled = valid.ToList();
        for (var times = random.Next(1, 4); times > 0 && spoiled.Count > 0; times--)
        {
            Spoil(spoiled);
        }

        return [.. spoiled];
    }

    private void Spoil(List<byte> request)
    {
        var at = random.Next(request.Count);
        var length = Math.Min(random.Next(1, LongestInsertion), request.Count - at);
        switch (random.Next(7))
        {
            case 0:
                request[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                request.RemoveRange(at, length);
                break;
            case 2:
                request.InsertRange(at, Pick(Dangerous));
                break;
            case 3:
                var noise = new byte[length];
                random.NextBytes(noise);
                request.InsertRange(at, noise);
                break;
            case 4:
                request.InsertRange(at, request.GetRange(at, length));
                break;
            case 5:
                var other = Pick(valid);
                request.RemoveRange(at, request.Count - at);
                request.AddRange(other.AsSpan(random.Next(other.Length)));
                break;
            default:
                request[at] = (byte)random.Next(256);
                break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    [GeneratedRegex("(?<=Content-Length: )[0-9]+")]
    private static partial Regex Length();
}
