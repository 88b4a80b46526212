using System.Text.Json.Serialization;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Players;

/// <summary>The messages of this room.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(GuestBody))]
[JsonSerializable(typeof(GuestReply))]
[JsonSerializable(typeof(TokenReply))]
[JsonSerializable(typeof(RegisterBody))]
[JsonSerializable(typeof(RegisterReply))]
[JsonSerializable(typeof(ProfileBody))]
[JsonSerializable(typeof(PlayerReply))]
[JsonSerializable(typeof(ExportReply))]
internal sealed partial class PlayersJson : JsonSerializerContext
{
    public static PlayersJson Wire => field ??= new(JsonReply.Plainly(Default.Options));
}
