using System.Text.Json.Serialization;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>The messages of this room.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(SubmissionBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(SubmissionReply))]
[JsonSerializable(typeof(BatchReply))]
[JsonSerializable(typeof(HistoryReply))]
internal sealed partial class ScoresJson : JsonSerializerContext
{
    public static ScoresJson Wire => field ??= new(JsonReply.Plainly(Default.Options));
}
