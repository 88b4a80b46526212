using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jinbang.Client;

/// <summary>A player's profile; what is null stays as it is.</summary>
public sealed class PlayerProfile
{
    /// <summary>The nickname.</summary>
    public string? Nickname { get; set; }

    /// <summary>The address of a picture.</summary>
    public string? Avatar { get; set; }
}

/// <summary>What became of a submission.</summary>
public sealed class Receipt
{
    /// <summary>Whether it waits to be sent: then nothing else is known.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The player's public id.</summary>
    public string? Player { get; set; }

    /// <summary>Such as first, improved and not_better.</summary>
    public string? Result { get; set; }

    /// <summary>The board's version that shows it.</summary>
    public string? Version { get; set; }

    /// <summary>Whether the server had it already.</summary>
    public bool Repeated { get; set; }

    /// <summary>What it did in each window.</summary>
    public IReadOnlyList<WindowReceipt> Windows { get; set; } = Array.Empty<WindowReceipt>();
}

/// <summary>What a submission did in one window.</summary>
public sealed class WindowReceipt
{
    /// <summary>The window's name.</summary>
    public string Window { get; set; } = "";

    /// <summary>Such as first, improved and not_better.</summary>
    public string Result { get; set; } = "";

    /// <summary>Whether the entry changed for the better.</summary>
    public bool Improved { get; set; }

    /// <summary>The place now, from 1.</summary>
    public int Rank { get; set; }

    /// <summary>The place before; null for the first time.</summary>
    public int? RankBefore { get; set; }

    /// <summary>How many players the window has.</summary>
    public int Count { get; set; }

    /// <summary>The score that counts, as decimal text.</summary>
    public string Score { get; set; } = "";
}

/// <summary>A line of the standings.</summary>
public sealed class StandingsLine
{
    /// <summary>The place, from 1.</summary>
    public int Rank { get; set; }

    /// <summary>The public id; null for a player who was deleted.</summary>
    public string? Player { get; set; }

    /// <summary>The nickname.</summary>
    public string? Nickname { get; set; }

    /// <summary>The address of a picture.</summary>
    public string? Avatar { get; set; }

    /// <summary>The score as decimal text, exact.</summary>
    public string Score { get; set; } = "";

    /// <summary>The score as a number where one holds it exactly.</summary>
    public decimal? ScoreNumber { get; set; }

    /// <summary>The tie-breakers by name, as decimal text.</summary>
    public Dictionary<string, string>? TieBreakers { get; set; }

    /// <summary>The entry's metadata.</summary>
    public JsonElement? Metadata { get; set; }
}

/// <summary>A window.</summary>
public sealed class StandingsWindow
{
    /// <summary>Its full name.</summary>
    public string Name { get; set; } = "";

    /// <summary>open, closed or empty.</summary>
    public string State { get; set; } = "";

    /// <summary>How many players it has.</summary>
    public int Count { get; set; }

    /// <summary>When it ends; null for never, and in live states.</summary>
    public DateTimeOffset? EndsAt { get; set; }
}

/// <summary>Lines of a window, all of one moment.</summary>
public sealed class StandingsPage
{
    /// <summary>The window.</summary>
    public StandingsWindow Window { get; set; } = new StandingsWindow();

    /// <summary>The board's version.</summary>
    public string Version { get; set; } = "";

    /// <summary>The lines, best first.</summary>
    public IReadOnlyList<StandingsLine> Lines { get; set; } = Array.Empty<StandingsLine>();

    /// <summary>Where the next page begins; null at the end.</summary>
    public string? Next { get; set; }
}

/// <summary>A row of the classic list.</summary>
public sealed class ClassicRow
{
    /// <summary>The nickname.</summary>
    public string? Nickname { get; set; }

    /// <summary>The address of a picture.</summary>
    public string? Avatar { get; set; }

    /// <summary>The best score.</summary>
    public long Score { get; set; }
}

internal sealed class State
{
    public string? Player { get; set; }

    public string? Secret { get; set; }

    public string? Token { get; set; }

    public DateTimeOffset Expires { get; set; }

    public List<Waiting> Queue { get; set; } = new List<Waiting>();
}

internal sealed class Waiting
{
    public string Board { get; set; } = "";

    public Submission Body { get; set; } = new Submission();
}

internal sealed class Submission
{
    public string Score { get; set; } = "";

    public string IdempotencyKey { get; set; } = "";

    public Dictionary<string, string>? TieBreakers { get; set; }

    public JsonElement? Metadata { get; set; }
}

internal sealed class GuestRequest
{
    public string? Secret { get; set; }
}

internal sealed class GuestReply
{
    public string Player { get; set; } = "";

    public string? Secret { get; set; }

    public string Token { get; set; } = "";

    public DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class OwnLine
{
    public StandingsLine? Line { get; set; }
}

internal sealed class TicketRequest
{
    public string Board { get; set; } = "";

    public string Window { get; set; } = "";

    public int Top { get; set; }
}

internal sealed class TicketReply
{
    public string Url { get; set; } = "";
}

internal sealed class Problem
{
    public string? Code { get; set; }

    public string? Title { get; set; }

    public string? Detail { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlayerProfile))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(StandingsPage))]
[JsonSerializable(typeof(OwnLine))]
[JsonSerializable(typeof(State))]
[JsonSerializable(typeof(Submission))]
[JsonSerializable(typeof(GuestRequest))]
[JsonSerializable(typeof(GuestReply))]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(TicketReply))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(JsonDocument))]
internal sealed partial class Wire : JsonSerializerContext
{
}
