using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Server.Wire;

/// <summary>Any JSON value, as bytes that are passed on as they are.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>Of stored bytes.</summary>
    public static RawJson? Of(byte[]? utf8) => utf8 is null ? null : new RawJson(utf8);

    /// <summary>The bytes of a valid JSON text without the white space between its tokens; everything else stays as it was written.</summary>
    public static byte[] Compact(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        var length = 0;
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var unit = json[i];
            if (!inText && unit is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            compact[length++] = unit;
            if (unit == (byte)'"')
            {
                inText = !inText;
            }
            else if (inText && unit == (byte)'\\')
            {
                compact[length++] = json[++i];
            }
        }

        return compact[..length];
    }
}

/// <summary>Writes <see cref="RawJson"/>.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.SerializeToUtf8Bytes(JsonElement.ParseValue(ref reader)));

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
