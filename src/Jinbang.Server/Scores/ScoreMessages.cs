using System.Text.Json.Serialization;
using Jinbang.Boards.Submissions;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>A score to be submitted. Names who submits by <c>player</c> or <c>external_id</c>; a player's token needs neither.</summary>
internal record SubmissionBody
{
    /// <summary>The score: a decimal string such as "12.50", or a plain JSON number of at most 2^53 - 1 units of the last decimal.</summary>
    public required ScoreInput Score { get; init; }

    /// <summary>The board's tie-breakers by name, written as the score is; all of them when the board has any.</summary>
    public IReadOnlyDictionary<string, ScoreInput>? TieBreakers { get; init; }

    /// <summary>Whose score, by public id. Only for server keys and the operator; with a player's token it must be himself.</summary>
    public string? Player { get; init; }

    /// <summary>Whose score, by the game's own id. A player who is not known yet becomes known. Not with a player's token.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Any JSON value to be kept with the entry, up to the board's metadata_bytes once it is written compactly.</summary>
    public RawJson? Metadata { get; init; }

    /// <summary>Makes a repetition harmless: 1 to 64 printable ASCII characters without spaces. The same as the header Idempotency-Key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>A window whose time is over but which is still open. Only for server keys and the operator.</summary>
    public string? Window { get; init; }
}

/// <summary>One submission of a batch.</summary>
internal sealed record BatchItemBody : SubmissionBody
{
    /// <summary>The name of the board.</summary>
    public required string Board { get; init; }
}

/// <summary>Submissions to boards of one game.</summary>
internal sealed record BatchBody
{
    /// <summary>1 to 100 submissions. Those for the same board and player are decided in their order.</summary>
    public required IReadOnlyList<BatchItemBody> Submissions { get; init; }
}

/// <summary>What a submission did.</summary>
internal sealed record SubmissionReply
{
    /// <summary>What became of it in the board's first window that it fed.</summary>
    [JsonConverter(typeof(SnakeCase<SubmitResult>))]
    public required SubmitResult Result { get; init; }

    /// <summary>Who submitted.</summary>
    public required string Player { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The board's version that shows it; reads with this min_version do too.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>Whether this is the answer to an earlier submission with the same idempotency key.</summary>
    public required bool Repeated { get; init; }

    /// <summary>What it did, window by window.</summary>
    public required IReadOnlyList<WindowResultReply> Windows { get; init; }
}

/// <summary>What a submission did in one window, true at the moment it was decided.</summary>
internal sealed record WindowResultReply
{
    /// <summary>The window's full name.</summary>
    public required string Window { get; init; }

    /// <summary>What became of it there.</summary>
    [JsonConverter(typeof(SnakeCase<SubmitResult>))]
    public required SubmitResult Result { get; init; }

    /// <summary>Whether the score that counts is another one now.</summary>
    public required bool Improved { get; init; }

    /// <summary>The player's rank now; null where it was not counted.</summary>
    public required int? Rank { get; init; }

    /// <summary>His rank just before; null when he had none.</summary>
    public required int? RankBefore { get; init; }

    /// <summary>How many entries the window has.</summary>
    public required int Count { get; init; }

    /// <summary>The score that counts now.</summary>
    public required string Score { get; init; }

    /// <summary>The same as a number, where every reader of JSON can hold it exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? ScoreNumber { get; init; }

    /// <summary>Its tie-breakers by name, where the board has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TieBreakers { get; init; }
}

/// <summary>The answers to a batch, in its order.</summary>
internal sealed record BatchReply
{
    /// <summary>One for each submission.</summary>
    public required IReadOnlyList<BatchItemReply> Results { get; init; }
}

/// <summary>The answer to one submission of a batch: what it did, or why not.</summary>
internal sealed record BatchItemReply
{
    /// <summary>The status that it would have had alone.</summary>
    public required int Status { get; init; }

    /// <summary>What it did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SubmissionReply? Submission { get; init; }

    /// <summary>Why not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Problem? Problem { get; init; }
}

/// <summary>A player's submissions to a board, the latest first.</summary>
internal sealed record HistoryReply
{
    /// <summary>The board's version.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>The submissions.</summary>
    public required IReadOnlyList<HistoryLineReply> Lines { get; init; }

    /// <summary>What to give as before for the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>A submission of the past.</summary>
internal sealed record HistoryLineReply
{
    /// <summary>Its number in the log: later ones have greater numbers.</summary>
    public required long Number { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What became of it.</summary>
    [JsonConverter(typeof(SnakeCase<SubmitResult>))]
    public required SubmitResult Result { get; init; }

    /// <summary>Whether it was accepted, though perhaps not better.</summary>
    public required bool Accepted { get; init; }

    /// <summary>The score as it was submitted.</summary>
    public required string Score { get; init; }

    /// <summary>The same as a number, where every reader of JSON can hold it exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? ScoreNumber { get; init; }

    /// <summary>Its tie-breakers by name, where the board has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TieBreakers { get; init; }

    /// <summary>Its metadata, where it has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Metadata { get; init; }

    /// <summary>What it did, window by window.</summary>
    public required IReadOnlyList<WindowResultReply> Windows { get; init; }
}
