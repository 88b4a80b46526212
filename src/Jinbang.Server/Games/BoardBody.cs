using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Server.Games;

/// <summary>A board as the v1 API writes and reads it. What is left out or null when it is put has its default; replies hold everything.</summary>
[Description("A board of a game. Fields that are left out have their defaults; replies hold all of them.")]
internal sealed record BoardBody
{
    [Description("The name in URLs: 1 to 64 characters of a-z, 0-9, '-' and '_'. In a request it may be left out, and must otherwise be the one in the path.")]
    public string? Name { get; init; }

    [Description("What people call it, up to 255 characters.")]
    [DefaultValue("")]
    public string? Title { get; init; }

    [Description("Which end of the scores stands first.")]
    [AllowedValues("higher", "lower")]
    [DefaultValue("higher")]
    public string? Order { get; init; }

    [Description("How many digits scores have behind the point, 0 to 6. Scores are fixed-point numbers; nothing is ever rounded.")]
    [DefaultValue(0)]
    public int? Decimals { get; init; }

    [Description("The lowest score accepted, a decimal number as text; null for no bound.")]
    public string? Lowest { get; init; }

    [Description("The highest score accepted, a decimal number as text; null for no bound.")]
    public string? Highest { get; init; }

    [Description("Up to three further numbers that are compared, in this order, where scores are equal.")]
    public IReadOnlyList<TieBreakerBody?>? TieBreakers { get; init; }

    [Description("Which of a player's submissions counts: the best one, the latest, the sum of all, or the first.")]
    [AllowedValues("best", "latest", "sum", "first")]
    [DefaultValue("best")]
    public string? Keep { get; init; }

    [Description("What equal scores mean: 1-2-3-4 by who was there first or last, 1-2-2-4 (equal_place), or 1-2-2-3 (equal_place_dense).")]
    [AllowedValues("earlier_first", "later_first", "equal_place", "equal_place_dense")]
    [DefaultValue("earlier_first")]
    public string? Ties { get; init; }

    [Description("Who may submit: whoever has a client key, a player for himself, or only the game's server. A server key always may.")]
    [AllowedValues("client", "player", "server")]
    [DefaultValue("client")]
    public string? Writers { get; init; }

    [Description("Whether every submission is logged, also one that changes nothing or is refused.")]
    [DefaultValue(true)]
    public bool? Ledger { get; init; }

    [Description("The most bytes of metadata an entry may have, 0 to 1024.")]
    [DefaultValue(256)]
    public int? MetadataBytes { get; init; }

    [Description("The windows that every submission feeds, 1 to 8; one for all time when left out. The first one's outcome stands for the submission's.")]
    public IReadOnlyList<WindowBody?>? Windows { get; init; }

    /// <summary>Fields that a board does not have.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A tie-breaker as the v1 API writes and reads it.</summary>
[Description("A number that is compared where the scores are equal.")]
internal sealed record TieBreakerBody
{
    [Description("What it is called in submissions and replies: 1 to 32 characters of a-z, 0-9 and '_', not 'score'.")]
    [Required]
    public string? Name { get; init; }

    [Description("Which end of the numbers stands first.")]
    [AllowedValues("higher", "lower")]
    [DefaultValue("higher")]
    public string? Order { get; init; }

    [Description("How many digits stand behind the point, 0 to 6.")]
    [DefaultValue(0)]
    public int? Decimals { get; init; }

    [Description("The lowest number accepted, as text; null for no bound.")]
    public string? Lowest { get; init; }

    [Description("The highest number accepted, as text; null for no bound.")]
    public string? Highest { get; init; }

    /// <inheritdoc cref="BoardBody.Unknown" />
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A window rule as the v1 API writes and reads it.</summary>
[Description("A period of time whose scores are ranked on their own, again and again.")]
internal sealed record WindowBody
{
    [Description("The name in URLs; the kind's own when left out.")]
    public string? Name { get; init; }

    [Description("How long a window lasts.")]
    [AllowedValues("all_time", "daily", "weekly", "monthly", "season")]
    [Required]
    public string? Kind { get; init; }

    [Description("The IANA time zone whose days count.")]
    [DefaultValue("UTC")]
    public string? Zone { get; init; }

    [Description("The hour, 0 to 23 by the zone's clocks, at which a day begins.")]
    [DefaultValue(0)]
    public int? StartHour { get; init; }

    [Description("The first day of a week.")]
    [AllowedValues("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")]
    [DefaultValue("monday")]
    public string? WeekStart { get; init; }

    [Description("How long after its end a window still takes scores that name it.")]
    [DefaultValue(0)]
    public int? GraceSeconds { get; init; }

    [Description("When a season starts, as RFC 3339; only for seasons.")]
    public string? StartsAt { get; init; }

    [Description("When a season ends, as RFC 3339; only for seasons.")]
    public string? EndsAt { get; init; }

    /// <inheritdoc cref="BoardBody.Unknown" />
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A list of boards.</summary>
internal sealed record BoardsBody(IReadOnlyList<BoardBody> Boards);
