using System.Globalization;

namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>A submission as the client knows that made it. Ticks order what happened at all clients.</summary>
internal sealed class Submitted(string board, string player, Points points, string key, bool hasHits)
{
    private int sendings;

    public string Board => board;

    public string Player => player;

    public Points Points => points;

    public string Key => key;

    /// <summary>When it was first sent.</summary>
    public long SentAt { get; private set; } = long.MaxValue;

    /// <summary>When it was first answered.</summary>
    public long AnsweredAt { get; private set; } = long.MaxValue;

    /// <summary>The first answer; null while there is none.</summary>
    public Receipt? Receipt { get; private set; }

    public string Json => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"board":"{{board}}","external_id":"{{player}}","score":"{{points.Score}}"{{(hasHits ? $",\"tie_breakers\":{{\"hits\":\"{points.Hits}\"}}" : "")}},"idempotency_key":"{{key}}"}""");

    /// <summary>The same for a call that names the board in its path.</summary>
    public string JsonWithoutBoard => "{" + Json[(Json.IndexOf(',', StringComparison.Ordinal) + 1)..];

    public void Sending(long tick)
    {
        SentAt = Math.Min(SentAt, tick);
        sendings++;
    }

    /// <summary>Notes an answer.</summary>
    /// <returns>What is wrong with it, null when nothing is.</returns>
    public string? Answered(Receipt receipt, bool isRepetition, long tick)
    {
        if (Receipt is { } first)
        {
            return !isRepetition ? $"{this} was answered as if it were new: {receipt}"
                : first.ToString() != receipt.ToString() ? $"{this} was answered {first} and then {receipt}"
                : null;
        }

        Receipt = receipt;
        AnsweredAt = tick;
        return isRepetition && sendings == 1 ? $"{this} was sent once and answered as a repetition" : null;
    }

    public override string ToString() => $"{Key} ({Player} {Points} to {Board})";
}
