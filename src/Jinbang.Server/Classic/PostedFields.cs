using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Jinbang.Server.Classic;

/// <summary>The fields that classic calls read.</summary>
internal enum FieldName
{
    OpenId,
    Score,
    Nickname,
    Sex,
    Province,
    City,
    Country,
    Avatar,
}

/// <summary>What a request says of a field.</summary>
internal enum FieldState : byte
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>JSON's null.</summary>
    Null,

    /// <summary>A text, perhaps empty.</summary>
    Text,

    /// <summary>Something that is no text: a JSON object, bad UTF-8, a lone surrogate, U+0000.</summary>
    Bad,
}

/// <summary>
/// The one tolerant reader of what games really send: forms without percent-encoding, JSON, multipart, under any content type or none, and query
/// parameters for what the body lacks. The first of repeated fields wins. Values are UTF-8, decoded, checked, and valid while the request's bytes are.
/// </summary>
internal ref struct PostedFields
{
    private const int Count = 8;

    /// <summary>By RFC 2046; the framework's reader throws at some thousands.</summary>
    private const int LongestBoundary = 70;

    private readonly ReadOnlySpan<byte> body;
    private byte[]? scratch;
    private int scratchUsed;
    private Slots slots;

    private PostedFields(ReadOnlySpan<byte> body) => this.body = body;

    /// <summary>Reads a post. The content type decides; where it says nothing useful, the first character does.</summary>
    public static PostedFields Read(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var fields = new PostedFields(body);
        var contentType = request.ContentType;
        if (contentType is not null && contentType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            fields.ReadMultipart(contentType);
        }
        else
        {
            // A JSON object under a form's content type is a common slip (a library's default header); a form's field name never begins like one.
            var start = body.StartsWith("\uFEFF"u8) ? 3 : 0;
            var first = body[start..].IndexOfAnyExcept(" \t\r\n"u8);
            if (first < 0 || body[start + first] != (byte)'{' || !fields.TryReadJson(start))
            {
                if (contentType is null || !IsJson(contentType))
                {
                    fields.ReadForm(start, body.Length - start, fromBody: true);
                }
            }
        }

        fields.ReadQuery(request.QueryString);
        return fields;
    }

    /// <summary>Reads query parameters alone.</summary>
    public static PostedFields ReadQueryOf(HttpRequest request)
    {
        var fields = new PostedFields([]);
        fields.ReadQuery(request.QueryString);
        return fields;
    }

    public readonly FieldState StateOf(FieldName name) => slots[(int)name].State;

    /// <summary>The field's text; empty when it has none.</summary>
    public readonly ReadOnlySpan<byte> this[FieldName name]
    {
        get
        {
            var slot = slots[(int)name];
            return slot.State != FieldState.Text ? [] : slot.InScratch ? scratch.AsSpan(slot.Start, slot.Length) : body.Slice(slot.Start, slot.Length);
        }
    }

    /// <summary>Gives borrowed memory back; the values are gone then.</summary>
    public void Dispose()
    {
        if (scratch is { } borrowed)
        {
            scratch = null;
            ArrayPool<byte>.Shared.Return(borrowed);
        }
    }

    private static bool IsJson(string contentType) => contentType.Contains("json", StringComparison.OrdinalIgnoreCase);

    private static int IndexOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        6 when name.SequenceEqual("openid"u8) => (int)FieldName.OpenId,
        5 when name.SequenceEqual("score"u8) => (int)FieldName.Score,
        8 when name.SequenceEqual("nickname"u8) => (int)FieldName.Nickname,
        8 when name.SequenceEqual("province"u8) => (int)FieldName.Province,
        3 when name.SequenceEqual("sex"u8) => (int)FieldName.Sex,
        4 when name.SequenceEqual("city"u8) => (int)FieldName.City,
        7 when name.SequenceEqual("country"u8) => (int)FieldName.Country,
        10 when name.SequenceEqual("headimgurl"u8) => (int)FieldName.Avatar,
        _ => -1,
    };

    private void ReadQuery(QueryString query)
    {
        if (query.Value is { Length: > 1 } text)
        {
            var bytes = Encoding.UTF8.GetMaxByteCount(text.Length);
            var start = Reserve(bytes);
            var length = Encoding.UTF8.GetBytes(text.AsSpan(1), scratch.AsSpan(start));
            scratchUsed = start + length;
            ReadForm(start, length, fromBody: false);
        }
    }

    private void ReadForm(int start, int length, bool fromBody)
    {
        var end = start + length;
        while (start < end)
        {
            // Taken anew each time: decoding a field may move the scratch memory.
            var rest = fromBody ? body[start..end] : scratch.AsSpan(start, end - start);
            var pair = rest.IndexOf((byte)'&');
            pair = pair < 0 ? rest.Length : pair;
            var equals = rest[..pair].IndexOf((byte)'=');
            var name = equals < 0 ? rest[..pair] : rest[..equals];
            var field = name.ContainsAny((byte)'%', (byte)'+') ? IndexOfDecoded(name) : IndexOf(name);
            if (field >= 0 && slots[field].State == FieldState.Absent)
            {
                var valueStart = equals < 0 ? pair : equals + 1;
                TakeFormValue(field, start + valueStart, pair - valueStart, fromBody);
            }

            start += pair + 1;
        }
    }

    private static int IndexOfDecoded(ReadOnlySpan<byte> name)
    {
        const int longest = 64;
        Span<byte> decoded = stackalloc byte[longest];
        return name.Length > longest ? -1 : IndexOf(decoded[..Decode(name, decoded)]);
    }

    private void TakeFormValue(int field, int start, int length, bool fromBody)
    {
        var raw = fromBody ? body.Slice(start, length) : scratch.AsSpan(start, length);
        if (!raw.ContainsAny((byte)'%', (byte)'+'))
        {
            Take(field, start, length, inScratch: !fromBody);
            return;
        }

        var at = Reserve(length);
        raw = fromBody ? raw : scratch.AsSpan(start, length);
        var decoded = Decode(raw, scratch.AsSpan(at));
        scratchUsed = at + decoded;
        Take(field, at, decoded, inScratch: true);
    }

    /// <summary>Undoes percent-encoding and plus signs; a percent sign that encodes nothing stays one.</summary>
    private static int Decode(ReadOnlySpan<byte> raw, Span<byte> decoded)
    {
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == (byte)'+')
            {
                decoded[length++] = (byte)' ';
            }
            else if (raw[i] == (byte)'%' && i + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[i + 1]) && char.IsAsciiHexDigit((char)raw[i + 2]))
            {
                decoded[length++] = (byte)((HexValue(raw[i + 1]) << 4) | HexValue(raw[i + 2]));
                i += 2;
            }
            else
            {
                decoded[length++] = raw[i];
            }
        }

        return length;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private bool TryReadJson(int start)
    {
        var reader = new Utf8JsonReader(body[start..], new JsonReaderOptions { AllowTrailingCommas = true, MaxDepth = 32 });
        var before = slots;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = reader.ValueIsEscaped ? -1 : IndexOf(reader.ValueSpan);
                if (reader.ValueIsEscaped)
                {
                    field = IndexOf(Encoding.UTF8.GetBytes(reader.GetString()!));
                }

                reader.Read();
                if (field >= 0 && slots[field].State == FieldState.Absent)
                {
                    TakeJsonValue(field, ref reader, start);
                }

                reader.Skip();
            }

            // Only white space may follow the object.
            return !reader.Read();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            slots = before;
            return false;
        }
    }

    private void TakeJsonValue(int field, ref Utf8JsonReader reader, int start)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                slots[field].State = FieldState.Null;
                break;
            case JsonTokenType.Number:
                Take(field, start + (int)reader.TokenStartIndex, reader.ValueSpan.Length, inScratch: false);
                break;
            case JsonTokenType.String when !reader.ValueIsEscaped:
                Take(field, start + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, inScratch: false);
                break;
            case JsonTokenType.String:
                var at = Reserve(reader.ValueSpan.Length);
                try
                {
                    var length = reader.CopyString(scratch.AsSpan(at));
                    scratchUsed = at + length;
                    Take(field, at, length, inScratch: true);
                }
                catch (InvalidOperationException)
                {
                    // A lone surrogate.
                    slots[field].State = FieldState.Bad;
                }

                break;
            default:
                slots[field].State = FieldState.Bad;
                break;
        }
    }

    private void ReadMultipart(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= LongestBoundary } boundary)
        {
            return;
        }

        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray())) { HeadersCountLimit = 8, HeadersLengthLimit = 2048 };
            while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && IndexOf(Encoding.UTF8.GetBytes(HeaderUtilities.RemoveQuotes(disposition.Name).ToString())) is var field and >= 0
                    && slots[field].State == FieldState.Absent)
                {
                    using var value = new MemoryStream();
                    section.Body.CopyTo(value);
                    var at = Reserve((int)value.Length);
                    value.GetBuffer().AsSpan(0, (int)value.Length).CopyTo(scratch.AsSpan(at));
                    scratchUsed = at + (int)value.Length;
                    Take(field, at, (int)value.Length, inScratch: true);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            // Cut short or malformed: what came whole counts, as with the other forms.
        }
    }

    private void Take(int field, int start, int length, bool inScratch)
    {
        var text = inScratch ? scratch.AsSpan(start, length) : body.Slice(start, length);
        slots[field] = Utf8.IsValid(text) && !text.Contains((byte)0)
            ? new Slot { State = FieldState.Text, Start = start, Length = length, InScratch = inScratch }
            : new Slot { State = FieldState.Bad };
    }

    /// <summary>Makes room at the end of the scratch memory.</summary>
    private int Reserve(int length)
    {
        var needed = scratchUsed + length;
        if (scratch is null || scratch.Length < needed)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(1024, needed * 2));
            if (scratch is { } old)
            {
                old.AsSpan(0, scratchUsed).CopyTo(grown);
                ArrayPool<byte>.Shared.Return(old);
            }

            scratch = grown;
        }

        return scratchUsed;
    }

    private struct Slot
    {
        public int Start;
        public int Length;
        public FieldState State;
        public bool InScratch;
    }

    [InlineArray(Count)]
    private struct Slots
    {
        private Slot first;
    }
}
