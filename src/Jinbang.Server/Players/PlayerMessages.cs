using System.Text.Json.Serialization;
using Jinbang.Boards.Submissions;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Players;

/// <summary>A guest who signs in.</summary>
internal sealed record GuestBody
{
    /// <summary>The secret that an earlier sign-in gave; left out for a new guest.</summary>
    public string? Secret { get; init; }
}

/// <summary>A guest who is signed in.</summary>
internal sealed record GuestReply
{
    /// <summary>His public id.</summary>
    public required string Player { get; init; }

    /// <summary>What he signs in with next time, of a new guest only. Nobody can tell it again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>His token.</summary>
    public required string Token { get; init; }

    /// <summary>When the token expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A player's token.</summary>
internal sealed record TokenReply
{
    /// <summary>The token.</summary>
    public required string Token { get; init; }

    /// <summary>When it expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A player who is to be known.</summary>
internal sealed record RegisterBody
{
    /// <summary>The game's own id of him: 1 to 128 characters, no control characters, no white space at either end.</summary>
    public required string ExternalId { get; init; }
}

/// <summary>A player who is known.</summary>
internal sealed record RegisterReply
{
    /// <summary>His public id.</summary>
    public required string Player { get; init; }

    /// <summary>The game's own id of him.</summary>
    public required string ExternalId { get; init; }
}

/// <summary>What is to change in a profile; what is left out stays.</summary>
internal sealed record ProfileBody
{
    /// <summary>The name shown, up to 255 characters.</summary>
    public string? Nickname { get; init; }

    /// <summary>The address of a picture, up to 1024 characters.</summary>
    public string? Avatar { get; init; }

    /// <summary>0 unknown, 1 male, 2 female.</summary>
    public int? Sex { get; init; }

    /// <summary>Up to 255 characters.</summary>
    public string? Province { get; init; }

    /// <summary>Up to 255 characters.</summary>
    public string? City { get; init; }

    /// <summary>Up to 255 characters.</summary>
    public string? Country { get; init; }
}

/// <summary>A player. What was never posted is null.</summary>
internal record PlayerReply
{
    /// <summary>His public id.</summary>
    public required string Player { get; init; }

    /// <summary>The game's own id of him; only for its server, the operator and himself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExternalId { get; init; }

    /// <summary>The name shown.</summary>
    public required string? Nickname { get; init; }

    /// <summary>The address of his picture.</summary>
    public required string? Avatar { get; init; }

    /// <summary>0 unknown, 1 male, 2 female.</summary>
    public required int? Sex { get; init; }

    /// <summary>His province.</summary>
    public required string? Province { get; init; }

    /// <summary>His city.</summary>
    public required string? City { get; init; }

    /// <summary>His country.</summary>
    public required string? Country { get; init; }
}

/// <summary>All that is stored about a player.</summary>
internal sealed record ExportReply : PlayerReply
{
    /// <summary>His entries in the windows that are open, and in those that closed last.</summary>
    public required IReadOnlyList<ExportedEntryReply> Entries { get; init; }

    /// <summary>His submissions that the log still holds, board by board, the latest first, at most 10,000 a board.</summary>
    public required IReadOnlyList<ExportedSubmissionsReply> Submissions { get; init; }
}

/// <summary>An entry in an export.</summary>
internal sealed record ExportedEntryReply
{
    /// <summary>The board.</summary>
    public required string Board { get; init; }

    /// <summary>The window's full name.</summary>
    public required string Window { get; init; }

    /// <summary>His rank.</summary>
    public required int Rank { get; init; }

    /// <summary>The score that counts.</summary>
    public required string Score { get; init; }

    /// <summary>Its tie-breakers by name, where the board has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TieBreakers { get; init; }

    /// <summary>Its metadata, where it has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Metadata { get; init; }
}

/// <summary>The submissions to one board in an export.</summary>
internal sealed record ExportedSubmissionsReply
{
    /// <summary>The board.</summary>
    public required string Board { get; init; }

    /// <summary>The submissions.</summary>
    public required IReadOnlyList<ExportedSubmissionReply> Lines { get; init; }
}

/// <summary>A submission in an export.</summary>
internal sealed record ExportedSubmissionReply
{
    /// <summary>Its number in the log.</summary>
    public required long Number { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What became of it.</summary>
    [JsonConverter(typeof(SnakeCase<SubmitResult>))]
    public required SubmitResult Result { get; init; }

    /// <summary>The score as it was submitted.</summary>
    public required string Score { get; init; }

    /// <summary>Its tie-breakers by name, where the board has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TieBreakers { get; init; }

    /// <summary>Its idempotency key, where it has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    /// <summary>Its metadata, where it has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Metadata { get; init; }
}
