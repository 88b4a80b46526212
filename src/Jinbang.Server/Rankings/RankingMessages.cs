using System.Text.Json.Serialization;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>A window of a board.</summary>
internal sealed record WindowReply
{
    /// <summary>Its full name: a rule, and its key where the rule has more than one.</summary>
    public required string Name { get; init; }

    /// <summary>How long it lasts.</summary>
    [JsonConverter(typeof(SnakeCase<WindowKind>))]
    public required WindowKind Kind { get; init; }

    /// <summary>Whether it takes scores: empty until the first, open, closed for ever.</summary>
    [JsonConverter(typeof(SnakeCase<WindowState>))]
    public required WindowState State { get; init; }

    /// <summary>When it began; null for all time.</summary>
    public required DateTimeOffset? StartsAt { get; init; }

    /// <summary>Its end, exclusive; null for all time.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>When it closes: its end plus the grace time; null for all time.</summary>
    public required DateTimeOffset? ClosesAt { get; init; }

    /// <summary>When it was closed; null while it is not.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many entries it has.</summary>
    public required int Count { get; init; }

    public static WindowReply Of(WindowInfo window) => new()
    {
        Name = window.Name.ToString(),
        Kind = window.Kind,
        State = window.State,
        StartsAt = window.Starts,
        EndsAt = window.Ends,
        ClosesAt = window.Closes,
        ClosedAt = window.ClosedAt,
        Count = window.Count,
    };
}

/// <summary>Windows of a board, the latest first.</summary>
internal sealed record WindowsReply
{
    /// <summary>The board's version.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>The windows that took a score.</summary>
    public required IReadOnlyList<WindowReply> Windows { get; init; }

    /// <summary>What to give as cursor for the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>One window.</summary>
internal sealed record OneWindowReply
{
    /// <summary>The window.</summary>
    public required WindowReply Window { get; init; }

    /// <summary>The board's version.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }
}

/// <summary>One line of a window.</summary>
internal sealed record LineReply
{
    /// <summary>By the board's tie rule.</summary>
    public required int Rank { get; init; }

    /// <summary>The rank among the players that were asked for, by the same rule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RankAmong { get; init; }

    /// <summary>The player's public id; null when he was deleted.</summary>
    public required string? Player { get; init; }

    /// <summary>His name; null when he has none.</summary>
    public required string? Nickname { get; init; }

    /// <summary>The address of his picture; null when he has none.</summary>
    public required string? Avatar { get; init; }

    /// <summary>The score that counts.</summary>
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
}

/// <summary>A page of a window, best first, all of one moment.</summary>
internal sealed record StandingsReply
{
    /// <summary>The window.</summary>
    public required WindowReply Window { get; init; }

    /// <summary>The board's version at that moment.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<LineReply> Lines { get; init; }

    /// <summary>What to give as cursor for the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>Some lines of a window, best first, all of one moment.</summary>
internal sealed record LinesReply
{
    /// <summary>The window.</summary>
    public required WindowReply Window { get; init; }

    /// <summary>The board's version at that moment.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<LineReply> Lines { get; init; }
}

/// <summary>A player's line of a window.</summary>
internal sealed record OneLineReply
{
    /// <summary>The window.</summary>
    public required WindowReply Window { get; init; }

    /// <summary>The board's version at that moment.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>The line.</summary>
    public required LineReply Line { get; init; }
}

/// <summary>Players whose own ranking is wanted.</summary>
internal sealed record PlayersBody
{
    /// <summary>1 to 200 public ids; "me" stands for the token's own player. Those without an entry are left out.</summary>
    public required IReadOnlyList<string> Players { get; init; }
}

/// <summary>Answers about a window, all of one moment; those that were not asked for are left out.</summary>
internal sealed record WhatIfReply
{
    /// <summary>The window.</summary>
    public required WindowReply Window { get; init; }

    /// <summary>The board's version at that moment.</summary>
    [JsonConverter(typeof(VersionConverter))]
    public required long Version { get; init; }

    /// <summary>What the score would come to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WhatIfScoreReply? Score { get; init; }

    /// <summary>What the rank takes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WhatIfRankReply? Rank { get; init; }

    /// <summary>What stands at the percentile.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WhatIfPercentileReply? Percentile { get; init; }
}

/// <summary>What a score would come to if it were submitted now.</summary>
internal sealed record WhatIfScoreReply
{
    /// <summary>The rank it would have.</summary>
    public required int Rank { get; init; }

    /// <summary>How many entries are better.</summary>
    public required int Better { get; init; }

    /// <summary>How many entries are equal.</summary>
    public required int Equal { get; init; }

    /// <summary>How many entries are worse.</summary>
    public required int Worse { get; init; }

    /// <summary>The percentile rank, 0 to 100; null when the window is empty.</summary>
    public required double? Percentile { get; init; }
}

/// <summary>What it takes to reach a rank.</summary>
internal sealed record WhatIfRankReply
{
    /// <summary>Any score, at least the one named, nothing more, or impossible.</summary>
    [JsonConverter(typeof(SnakeCase<NeededScoreKind>))]
    public required NeededScoreKind Kind { get; init; }

    /// <summary>The worst score that reaches it; null unless the kind is at_least.</summary>
    public required string? Score { get; init; }

    /// <summary>The same as a number, where every reader of JSON can hold it exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? ScoreNumber { get; init; }

    /// <summary>Its tie-breakers by name, where the board has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TieBreakers { get; init; }
}

/// <summary>What stands at a percentile.</summary>
internal sealed record WhatIfPercentileReply
{
    /// <summary>The score; null when the window is empty.</summary>
    public required string? Score { get; init; }

    /// <summary>The same as a number, where every reader of JSON can hold it exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? ScoreNumber { get; init; }

    /// <summary>Its tie-breakers by name, where the board has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TieBreakers { get; init; }
}
