namespace Jinbang.Cluster.Calls;

// What servers say to each other about submissions. While an upgrade rolls through the servers an old and a new version talk to each other: an id is never given
// another meaning, new fields get new ids and mean "as before" when they are missing, and no alias ever changes.

/// <summary>Submissions to one board that waited together.</summary>
[GenerateSerializer]
[Alias("jinbang.submit")]
internal sealed class SubmitCalls
{
    /// <summary>The submissions.</summary>
    [Id(0)]
    public SubmitCall[] Calls { get; init; } = [];
}

/// <summary>A submission.</summary>
[GenerateSerializer]
[Alias("jinbang.submit.call")]
internal readonly struct SubmitCall
{
    /// <summary>The player's number.</summary>
    [Id(0)]
    public int Player { get; init; }

    /// <summary>The scores.</summary>
    [Id(1)]
    public Columns Scores { get; init; }

    /// <summary>Whether it comes from the classic API, which wants no receipt.</summary>
    [Id(2)]
    public bool IsClassic { get; init; }

    /// <summary>Its idempotency key, or null.</summary>
    [Id(3)]
    public string? Key { get; init; }

    /// <summary>Its metadata, or null.</summary>
    [Id(4)]
    public byte[]? Metadata { get; init; }

    /// <summary>The rule of the window that is named, or null.</summary>
    [Id(5)]
    public string? WindowRule { get; init; }

    /// <summary>The key of the window that is named.</summary>
    [Id(6)]
    public string? WindowKey { get; init; }
}

/// <summary>Scores, column by column.</summary>
[GenerateSerializer]
[Alias("jinbang.columns")]
internal readonly struct Columns
{
    /// <summary>The score itself.</summary>
    [Id(0)]
    public long First { get; init; }

    /// <summary>The first tie-breaker.</summary>
    [Id(1)]
    public long Second { get; init; }

    /// <summary>The second tie-breaker.</summary>
    [Id(2)]
    public long Third { get; init; }

    /// <summary>The third tie-breaker.</summary>
    [Id(3)]
    public long Fourth { get; init; }
}

/// <summary>Whether a board could be asked at all. The numbers are sent: never change one, only append.</summary>
internal enum BoardState
{
    /// <summary>It is served there.</summary>
    Served = 0,

    /// <summary>It is not served there, or not any more; nothing was done, and the next call finds another server.</summary>
    Elsewhere = 1,

    /// <summary>It will be served there soon; nothing was done.</summary>
    Loading = 2,

    /// <summary>There is no such board (any more); nothing was done.</summary>
    Gone = 3,
}

/// <summary>What became of submissions.</summary>
[GenerateSerializer]
[Alias("jinbang.submit.replies")]
internal sealed class SubmitReplies
{
    /// <summary>Whether they were looked at.</summary>
    [Id(0)]
    public BoardState State { get; init; }

    /// <summary>A version of the board that shows them all; 0 when it is not known.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>The answers, index by index; empty unless they were looked at.</summary>
    [Id(2)]
    public SubmitReply[] Replies { get; init; } = [];
}

/// <summary>What became of a submission.</summary>
[GenerateSerializer]
[Alias("jinbang.submit.reply")]
internal readonly struct SubmitReply
{
    /// <summary>The number of the result; <see cref="Elsewhere"/> when the board was lost before anything was done.</summary>
    [Id(0)]
    public int Result { get; init; }

    /// <summary>What it did, or null.</summary>
    [Id(1)]
    public Receipt? Receipt { get; init; }

    /// <summary>The board was lost before anything was done.</summary>
    public const int Elsewhere = -1;
}

/// <summary>What a submission did.</summary>
[GenerateSerializer]
[Alias("jinbang.receipt")]
internal sealed class Receipt
{
    /// <summary>Who submitted.</summary>
    [Id(0)]
    public int Player { get; init; }

    /// <summary>When, in ticks of UTC.</summary>
    [Id(1)]
    public long At { get; init; }

    /// <summary>The version that shows it.</summary>
    [Id(2)]
    public long Version { get; init; }

    /// <summary>Whether it repeats the answer of an earlier submission.</summary>
    [Id(3)]
    public bool IsRepetition { get; init; }

    /// <summary>What it did, window by window.</summary>
    [Id(4)]
    public ReceiptLine[] Windows { get; init; } = [];
}

/// <summary>What a submission did in one window.</summary>
[GenerateSerializer]
[Alias("jinbang.receipt.line")]
internal readonly struct ReceiptLine
{
    /// <summary>The window's rule.</summary>
    [Id(0)]
    public string Rule { get; init; }

    /// <summary>The window's key.</summary>
    [Id(1)]
    public string Key { get; init; }

    /// <summary>The number of the result.</summary>
    [Id(2)]
    public int Result { get; init; }

    /// <summary>The scores that count now.</summary>
    [Id(3)]
    public Columns Scores { get; init; }

    /// <summary>The rank now.</summary>
    [Id(4)]
    public int Rank { get; init; }

    /// <summary>The rank just before.</summary>
    [Id(5)]
    public int RankBefore { get; init; }

    /// <summary>How many entries the window has now.</summary>
    [Id(6)]
    public int Count { get; init; }
}
