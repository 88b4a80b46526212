using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;

namespace Jinbang.Server.Access;

/// <summary>A key as it rests in the store.</summary>
internal sealed record StoredKey
{
    /// <summary>The kind of its records.</summary>
    public const string RecordKind = "api_key";

    public required string Id { get; init; }

    public required string Game { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Hash { get; init; }

    public required string Hint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public static RecordRow Write(ApiKey key) => new(RecordKind, key.Id, JsonSerializer.Serialize(
        new StoredKey
        {
            Id = key.Id,
            Game = key.Game.ToString(),
            Kind = KeyWords.Kinds.Of(key.Kind),
            Name = key.Name,
            Hash = key.Hash.ToString(),
            Hint = key.Hint,
            CreatedAt = key.CreatedAt,
            ExpiresAt = key.ExpiresAt,
            RevokedAt = key.RevokedAt,
        },
        StoredKeyJson.Default.StoredKey));

    /// <exception cref="JsonException">It is no key.</exception>
    public static ApiKey Read(RecordRow record)
    {
        var stored = JsonSerializer.Deserialize(record.Body!, StoredKeyJson.Default.StoredKey) ?? throw new JsonException("A key is an object.");
        return new ApiKey
        {
            Id = stored.Id,
            Game = GameId.Parse(stored.Game),
            Kind = KeyWords.Kinds.TryRead(stored.Kind, out var kind) ? kind : throw new JsonException($"'{stored.Kind}' is no kind of key."),
            Name = stored.Name,
            Hash = KeyHash.Parse(stored.Hash),
            Hint = stored.Hint,
            CreatedAt = stored.CreatedAt,
            ExpiresAt = stored.ExpiresAt,
            RevokedAt = stored.RevokedAt,
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredKey))]
internal sealed partial class StoredKeyJson : JsonSerializerContext;
