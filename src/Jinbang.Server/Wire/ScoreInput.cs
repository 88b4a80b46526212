using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Server.Wire;

/// <summary>A score as it is given: a decimal string or a plain number. Only the reference needs its type: <see cref="ScoreFields"/> reads the token itself.</summary>
[JsonConverter(typeof(ScoreInputConverter))]
internal readonly record struct ScoreInput(string Text);

/// <summary>Keeps <see cref="ScoreInput"/> from being taken for an object.</summary>
internal sealed class ScoreInputConverter : JsonConverter<ScoreInput>
{
    public override ScoreInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader).ToString());

    public override void Write(Utf8JsonWriter writer, ScoreInput value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
