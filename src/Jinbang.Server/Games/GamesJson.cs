using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Server.Games;

/// <summary>The JSON of games and boards.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GamesBody))]
[JsonSerializable(typeof(GameBody))]
[JsonSerializable(typeof(BoardsBody))]
[JsonSerializable(typeof(BoardBody))]
internal sealed partial class GamesJson : JsonSerializerContext
{
    /// <summary>Writes titles as they are and not in escapes: replies are JSON, never parts of a page.</summary>
    public static GamesJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
