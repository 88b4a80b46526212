using System.Globalization;
using System.Text.Json;

namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>What a submission is answered, without what may differ from answer to answer: the board's version, and whether it is a repetition.</summary>
internal sealed record Receipt(long At, IReadOnlyList<(string Window, ListedResult Result)> Windows)
{
    /// <summary>Reads an answer.</summary>
    public static Receipt Read(JsonElement reply)
    {
        var receipt = new Receipt(
            reply.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds(), [.. reply.GetProperty("windows").EnumerateArray().Select(ReadWindow)]);
        Assert.Equal(receipt.Windows[0].Result.Result, reply.GetProperty("result").GetString());
        return receipt;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}: {string.Join("; ", Windows.Select(static window => $"{window.Window} {window.Result}"))}");

    private static (string, ListedResult) ReadWindow(JsonElement window)
    {
        var rank = window.GetProperty("rank_before");
        return (window.GetProperty("window").GetString()!, new ListedResult(
            window.GetProperty("result").GetString()!,
            ReadPoints(window),
            window.GetProperty("rank").GetInt32(),
            rank.ValueKind == JsonValueKind.Null ? null : rank.GetInt32(),
            window.GetProperty("count").GetInt32()));
    }

    /// <summary>Reads the score and tie-breaker of an answer.</summary>
    public static Points ReadPoints(JsonElement line) => new(
        long.Parse(line.GetProperty("score").GetString()!, CultureInfo.InvariantCulture),
        line.TryGetProperty("tie_breakers", out var others) ? long.Parse(others.GetProperty("hits").GetString()!, CultureInfo.InvariantCulture) : 0);
}
