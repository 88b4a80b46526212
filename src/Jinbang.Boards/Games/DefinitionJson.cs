using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Boards.Games;

/// <summary>How stores keep definitions: JSON with the properties' own names. Not the wire format of an API.</summary>
public static class DefinitionJson
{
    /// <summary>Writes a board's definition.</summary>
    public static string Write(BoardDefinition board) => JsonSerializer.Serialize(board, DefinitionJsonContext.Default.BoardDefinition);

    /// <summary>Reads a board's definition.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static BoardDefinition ReadBoard(string json) =>
        JsonSerializer.Deserialize(json, DefinitionJsonContext.Default.BoardDefinition) ?? throw new JsonException("A board's definition is an object.");

    /// <summary>Writes a list of origins.</summary>
    public static string? WriteOrigins(IReadOnlyList<string>? origins) =>
        origins is null ? null : JsonSerializer.Serialize([.. origins], DefinitionJsonContext.Default.StringArray);

    /// <summary>Reads a list of origins.</summary>
    public static IReadOnlyList<string>? ReadOrigins(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, DefinitionJsonContext.Default.StringArray);

    /// <summary>Whether two definitions say the same.</summary>
    public static bool AreEqual(BoardDefinition one, BoardDefinition other) => Write(one) == Write(other);
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(BoardDefinition))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class DefinitionJsonContext : JsonSerializerContext;
