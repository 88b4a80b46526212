using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Access;

/// <summary>The words for kinds of keys.</summary>
internal static class KeyWords
{
    public static readonly WireWords<KeyKind> Kinds = new(("client", KeyKind.Client), ("server", KeyKind.Server));
}

/// <summary>A key as the v1 API writes it.</summary>
[Description("A key of a game. Its secret is shown once, when it is made.")]
internal sealed record KeyBody
{
    [Description("Names the key in URLs.")]
    public required string Id { get; init; }

    [Description("client: sits in the game and is known to whoever looks. server: stays on the game's own server.")]
    [AllowedValues("client", "server")]
    public required string Kind { get; init; }

    [Description("What the operator calls it.")]
    public required string Name { get; init; }

    [Description("The last four characters of the secret.")]
    public required string Hint { get; init; }

    public required string CreatedAt { get; init; }

    [Description("From then on it is refused; null for no end.")]
    public required string? ExpiresAt { get; init; }

    [Description("When it was revoked; null when it was not.")]
    public required string? RevokedAt { get; init; }

    [Description("The key itself, to be sent as 'Authorization: Bearer …'. Only in the answer that makes it: it is not stored.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    public static KeyBody Write(ApiKey key, string? secret = null) => new()
    {
        Id = key.Id,
        Kind = KeyWords.Kinds.Of(key.Kind),
        Name = key.Name,
        Hint = key.Hint,
        CreatedAt = WireTime.Format(key.CreatedAt),
        ExpiresAt = WireTime.Format(key.ExpiresAt),
        RevokedAt = WireTime.Format(key.RevokedAt),
        Secret = secret,
    };
}

/// <summary>A list of keys.</summary>
internal sealed record KeysBody(IReadOnlyList<KeyBody> Keys);

/// <summary>What is said of a key that is to be made.</summary>
[Description("A key to be made.")]
internal sealed record NewKeyBody
{
    [Description("client: sits in the game and is known to whoever looks. server: stays on the game's own server.")]
    [AllowedValues("client", "server")]
    [Required]
    public string? Kind { get; init; }

    [Description("What to call it, 1 to 64 characters.")]
    [Required]
    public string? Name { get; init; }

    [Description("When it is to end, as RFC 3339; no end when left out.")]
    public string? ExpiresAt { get; init; }

    /// <summary>Fields that nobody knows.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>How a key is to be rotated.</summary>
[Description("How a key is to be rotated.")]
internal sealed record RotationBody
{
    [Description("How long the old key goes on, 0 to 2592000 seconds (30 days).")]
    [DefaultValue(86400)]
    public int? OverlapSeconds { get; init; }

    /// <inheritdoc cref="NewKeyBody.Unknown" />
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The JSON of keys.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(KeysBody))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(NewKeyBody))]
[JsonSerializable(typeof(RotationBody))]
internal sealed partial class KeysJson : JsonSerializerContext
{
    /// <summary>Writes names as they are and not in escapes.</summary>
    public static KeysJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
