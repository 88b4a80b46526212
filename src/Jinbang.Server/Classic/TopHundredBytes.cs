using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using Jinbang.Boards;
using Jinbang.Server.Games;

namespace Jinbang.Server.Classic;

/// <summary>The list for one head, as bytes ready to be sent: plain, and compressed when first asked for.</summary>
internal sealed class TopHundredBytes(BoardHead head, GameSettings settings)
{
    private readonly Once gzip = new();
    private readonly Once brotli = new();

    public BoardHead Head => head;

    public byte[] Plain { get; } = Render(head, settings);

    /// <summary>As gzip; null while another request is just making it, which is answered plain rather than made to wait.</summary>
    public byte[]? Gzip() => gzip.Get(Plain, static to => new GZipStream(to, CompressionLevel.Optimal));

    /// <summary>As brotli; null while another request is just making it.</summary>
    public byte[]? Brotli() => brotli.Get(Plain, static to => new BrotliStream(to, new BrotliCompressionOptions { Quality = 5 }));

    private static byte[] Render(BoardHead head, GameSettings settings)
    {
        var json = new ArrayBufferWriter<byte>(256 + (head.Rows.Count * 256));
        json.Write("{\"code\":200,\"status\":200,\"data\":["u8);
        for (var i = 0; i < head.Rows.Count; i++)
        {
            var row = head.Rows[i];
            json.Write(i == 0 ? "{\"nickname\":"u8 : ",{\"nickname\":"u8);
            WriteNickname(json, row.Profile?.Nickname, settings.Nicknames);
            json.Write(",\"avatar\":"u8);
            JsonText.WriteOrNull(json, row.Profile?.Avatar);
            json.Write(",\"score\":"u8);
            WriteQuoted(json, row.Entry.Score.Value);
            json.Write(",\"rank\":"u8);
            switch (settings.Rank)
            {
                case RankField.Null:
                    json.Write("null"u8);
                    break;
                case RankField.Place:
                    WriteQuoted(json, i + 1);
                    break;
            }

            json.Write("}"u8);
        }

        json.Write("]}"u8);
        return json.WrittenSpan.ToArray();
    }

    private static void WriteNickname(ArrayBufferWriter<byte> json, byte[]? nickname, Nicknames style)
    {
        if (nickname is not null && style == Nicknames.Base64)
        {
            json.Write("\""u8);
            var length = Base64.GetMaxEncodedToUtf8Length(nickname.Length);
            Base64.EncodeToUtf8(nickname, json.GetSpan(length), out _, out var written);
            json.Advance(written);
            json.Write("\""u8);
        }
        else
        {
            JsonText.WriteOrNull(json, nickname);
        }
    }

    private static void WriteQuoted(ArrayBufferWriter<byte> json, long number)
    {
        var span = json.GetSpan(24);
        span[0] = (byte)'"';
        Utf8Formatter.TryFormat(number, span[1..], out var digits);
        span[digits + 1] = (byte)'"';
        json.Advance(digits + 2);
    }

    /// <summary>Bytes that one caller makes.</summary>
    private sealed class Once
    {
        private volatile byte[]? made;
        private int taken;

        public byte[]? Get(byte[] plain, Func<Stream, Stream> compressor)
        {
            if (made is { } done)
            {
                return done;
            }

            if (Interlocked.Exchange(ref taken, 1) != 0)
            {
                return null;
            }

            var compressed = new MemoryStream(plain.Length / 3);
            using (var stream = compressor(compressed))
            {
                stream.Write(plain);
            }

            return made = compressed.ToArray();
        }
    }
}
