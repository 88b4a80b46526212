using System.Text.Json.Serialization;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>The messages of this room.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(WindowsReply))]
[JsonSerializable(typeof(OneWindowReply))]
[JsonSerializable(typeof(StandingsReply))]
[JsonSerializable(typeof(LinesReply))]
[JsonSerializable(typeof(OneLineReply))]
[JsonSerializable(typeof(PlayersBody))]
[JsonSerializable(typeof(WhatIfReply))]
internal sealed partial class RankingsJson : JsonSerializerContext
{
    public static RankingsJson Wire => field ??= new(JsonReply.Plainly(Default.Options));
}
