namespace Jinbang.ClusterTests;

/// <summary>What kind of call it was.</summary>
internal enum CallKind
{
    /// <summary>A submission.</summary>
    Submit,

    /// <summary>A player's own line, which the board's owner answers.</summary>
    Own,

    /// <summary>The first lines, which any server may answer from a copy.</summary>
    Head,

    /// <summary>A classic submission that was answered not to be better than what is stored.</summary>
    NotBetter,

    /// <summary>A player's best score as the classic API says it, without a rank.</summary>
    Score,
}

/// <summary>A call as a client saw it.</summary>
internal sealed record Call
{
    public required CallKind Kind { get; set; }

    public required string Board { get; init; }

    public required string Player { get; init; }

    /// <summary>Which server was asked.</summary>
    public required int Server { get; init; }

    /// <summary>Timestamps of one monotonic clock.</summary>
    public required long Began { get; init; }

    public long Ended { get; set; } = long.MaxValue;

    /// <summary>The status; 0 when there was no answer.</summary>
    public int Status { get; set; }

    /// <summary>Names a submission: its idempotency key, or where it has none its player and score, which are then sent once.</summary>
    public string? Key { get; init; }

    public long Score { get; set; }

    /// <summary>Of a submission: what the receipt says of the first window, null in the classic API. Of a read: what it shows.</summary>
    public Told? Answer { get; set; }

    /// <summary>Of a head: player and score, line by line.</summary>
    public IReadOnlyList<(string Player, long Score)>? Lines { get; set; }

    public long Version { get; set; }

    /// <summary>Anything that no answer should be.</summary>
    public string? Oddity { get; set; }

    public bool IsAcknowledged => Kind == CallKind.Submit && Status == 200;
}

/// <summary>A line of a window.</summary>
internal sealed record Told(string Result, int Rank, int RankBefore, int Count, long Score, bool IsRepeated);

/// <summary>A row of the log as the database holds it.</summary>
/// <param name="Number">Counted per board.</param>
/// <param name="Player">The player's own id.</param>
/// <param name="Order">0 when nothing changed.</param>
/// <param name="Score">As submitted.</param>
/// <param name="Key">What names the submission, see <see cref="Call.Key"/>.</param>
/// <param name="Lines">What it did, window by window.</param>
internal sealed record LogRow(long Number, string Player, long Order, long Score, string? Key, IReadOnlyList<LogLine> Lines);

/// <summary>What a row did in one window; result 1 first, 2 improved, 3 not better.</summary>
internal sealed record LogLine(int Window, int Result, int Rank, int RankBefore, int Count, long Kept);

/// <summary>A window as the database holds it.</summary>
internal sealed record WindowRow(int Number, string Rule, int State, long LastOrder, int Count, int CloseEvents);

/// <summary>A board with all that happened to it.</summary>
internal sealed record BoardHistory
{
    public required string Name { get; init; }

    /// <summary>best, latest, sum or first.</summary>
    public required string Keep { get; init; }

    /// <summary>Whether rows say ranks; those of the classic API, which tells none, do not.</summary>
    public bool HasRanks { get; init; } = true;

    /// <summary>The number of the window of all time.</summary>
    public required int AllTime { get; init; }

    public required IReadOnlyList<LogRow> Log { get; init; }

    public required IReadOnlyList<WindowRow> Windows { get; init; }

    public required IReadOnlyList<Call> Calls { get; init; }
}
