using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jinbang.Boards.Games;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Games;

/// <summary>A game as the v1 API writes and reads it.</summary>
[Description("A game. Fields that are left out have their defaults; replies hold all of them.")]
internal sealed record GameBody
{
    private const int LongestName = 255;

    [Description("The id in URLs: 1 to 64 characters of a-z, 0-9 and '-'. In a request it may be left out, and must otherwise be the one in the path.")]
    public string? Id { get; init; }

    [Description("What people call it, up to 255 characters; the id when left out.")]
    public string? Name { get; init; }

    [Description("Origins whose pages may read replies, such as https://game.example; null for any.")]
    public IReadOnlyList<string?>? Origins { get; init; }

    /// <inheritdoc cref="BoardBody.Unknown" />
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    public static GameBody Write(GameDefinition game) => new() { Id = game.Id.ToString(), Name = game.Name, Origins = game.Origins };

    /// <summary>Reads a game, without its boards.</summary>
    public GameDefinition Read(GameId id, out IReadOnlyList<FieldError> faults)
    {
        var found = FieldFaults.OfUnknown("", Unknown).ToList();
        if (Id is not null && Id != id.ToString())
        {
            found.Add(new FieldError("id", $"it must be '{id}' as in the path, or be left out."));
        }

        if (Name?.Length > LongestName)
        {
            found.Add(new FieldError("name", $"at most {LongestName} characters are allowed."));
        }

        var origins = Origins is null or ["*"] ? null : Origins;
        if (origins is [])
        {
            found.Add(new FieldError("origins", "at least one is needed; null means any."));
        }

        if (origins?.Count > GameOrigins.Most)
        {
            found.Add(new FieldError("origins", $"at most {GameOrigins.Most} are allowed."));
        }

        for (var i = 0; i < origins?.Count; i++)
        {
            if (origins[i] is not { } origin || !GameOrigins.IsOrigin(origin))
            {
                found.Add(new FieldError($"origins[{i}]", "an origin such as https://game.example is allowed, without a path."));
            }
        }

        faults = found;
        return new GameDefinition { Id = id, Name = string.IsNullOrWhiteSpace(Name) ? id.ToString() : Name, Origins = origins is null ? null : [.. origins.OfType<string>()] };
    }
}

/// <summary>A list of games.</summary>
internal sealed record GamesBody(IReadOnlyList<GameBody> Games);
