namespace Jinbang.Cluster.Calls;

// What servers ask each other. One flat shape for all questions: an old server that is asked something new says so instead of failing to read the message.
// See Submissions.cs for what may change.

/// <summary>What is asked. The numbers are sent: never change one, only append.</summary>
internal enum ReadKind
{
    /// <summary>The head, unless it is the one that is known.</summary>
    Head = 1,

    /// <summary>A player's score in the first window.</summary>
    Score = 2,

    /// <summary>Lines from a place on.</summary>
    From = 3,

    /// <summary>Lines after an entry.</summary>
    After = 4,

    /// <summary>Lines around a player.</summary>
    Around = 5,

    /// <summary>Lines between two scores.</summary>
    Between = 6,

    /// <summary>Lines of players.</summary>
    Of = 7,

    /// <summary>Numbers about a window.</summary>
    Question = 8,

    /// <summary>The board's windows.</summary>
    Windows = 9,

    /// <summary>A player's submissions.</summary>
    History = 10,

    /// <summary>A player's entries, for his export.</summary>
    Entries = 11,
}

/// <summary>Questions about one board that waited together.</summary>
[GenerateSerializer]
[Alias("jinbang.read")]
internal sealed class ReadCalls
{
    /// <summary>The questions.</summary>
    [Id(0)]
    public ReadCall[] Calls { get; init; } = [];
}

/// <summary>A question; which fields count depends on its kind.</summary>
[GenerateSerializer]
[Alias("jinbang.read.call")]
internal sealed class ReadCall
{
    /// <summary>What is asked.</summary>
    [Id(0)]
    public ReadKind Kind { get; init; }

    /// <summary>The window's rule; of <see cref="ReadKind.Windows"/>, null for all.</summary>
    [Id(1)]
    public string? Rule { get; init; }

    /// <summary>The window's key.</summary>
    [Id(2)]
    public string? Key { get; init; }

    /// <summary>A player's number; 0 for nobody.</summary>
    [Id(3)]
    public int Player { get; init; }

    /// <summary>The version of the head that is known; where the last page ended; an entry's order number.</summary>
    [Id(4)]
    public long Mark { get; init; }

    /// <summary>The place to begin at; how many lines to skip; a rank whose price is asked, 0 for none.</summary>
    [Id(5)]
    public int Place { get; init; }

    /// <summary>How many at the most.</summary>
    [Id(6)]
    public int Limit { get; init; }

    /// <summary>Scores: of an entry, the best ones, or those that are asked about.</summary>
    [Id(7)]
    public Columns? Scores { get; init; }

    /// <summary>The worst scores.</summary>
    [Id(8)]
    public Columns? Worst { get; init; }

    /// <summary>Numbers of players.</summary>
    [Id(9)]
    public int[]? Players { get; init; }

    /// <summary>A percentile.</summary>
    [Id(10)]
    public decimal? Percentile { get; init; }
}

/// <summary>Whether a question was answered. The numbers are sent: never change one, only append.</summary>
internal enum ReadState
{
    /// <summary>It was.</summary>
    Answered = 0,

    /// <summary>The board was lost.</summary>
    Elsewhere = 1,

    /// <summary>The store is out of reach.</summary>
    Unavailable = 2,

    /// <summary>There is no such board (any more).</summary>
    Gone = 3,

    /// <summary>The server is too old for the question.</summary>
    NotUnderstood = 4,

    /// <summary>A fault, which the server that was asked has logged.</summary>
    Failed = 5,
}

/// <summary>Answers to questions.</summary>
[GenerateSerializer]
[Alias("jinbang.read.replies")]
internal sealed class ReadReplies
{
    /// <summary>Whether they were looked at.</summary>
    [Id(0)]
    public BoardState State { get; init; }

    /// <summary>The answers, index by index; empty unless they were looked at.</summary>
    [Id(1)]
    public ReadReply[] Replies { get; init; } = [];
}

/// <summary>An answer; which fields count depends on the question.</summary>
[GenerateSerializer]
[Alias("jinbang.read.reply")]
internal sealed class ReadReply
{
    /// <summary>Whether it was answered.</summary>
    [Id(0)]
    public ReadState State { get; init; }

    /// <summary>The board's version at that moment or shortly before; 0 when it does not matter.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>The version of the head; the head follows unless it is the one that is known. Where the next page begins.</summary>
    [Id(2)]
    public long Mark { get; init; }

    /// <summary>A score; null when the player has none.</summary>
    [Id(3)]
    public long? Score { get; init; }

    /// <summary>The window; null when there is no such window.</summary>
    [Id(4)]
    public WindowBody? Window { get; init; }

    /// <summary>Lines of a head or of a window.</summary>
    [Id(5)]
    public LineBody[]? Lines { get; init; }

    /// <summary>Numbers.</summary>
    [Id(6)]
    public AnswerBody? Answer { get; init; }

    /// <summary>Windows.</summary>
    [Id(7)]
    public WindowBody[]? Windows { get; init; }

    /// <summary>Submissions.</summary>
    [Id(8)]
    public HistoryBody[]? History { get; init; }

    /// <summary>Entries for an export.</summary>
    [Id(9)]
    public ExportedBody[]? Entries { get; init; }
}

/// <summary>A window.</summary>
[GenerateSerializer]
[Alias("jinbang.window")]
internal sealed class WindowBody
{
    /// <summary>Its rule.</summary>
    [Id(0)]
    public string Rule { get; init; } = "";

    /// <summary>Its key.</summary>
    [Id(1)]
    public string Key { get; init; } = "";

    /// <summary>The number of its kind.</summary>
    [Id(2)]
    public int Kind { get; init; }

    /// <summary>The number of its state.</summary>
    [Id(3)]
    public int State { get; init; }

    /// <summary>When it began.</summary>
    [Id(4)]
    public DateTimeOffset? Starts { get; init; }

    /// <summary>Its end.</summary>
    [Id(5)]
    public DateTimeOffset? Ends { get; init; }

    /// <summary>When it closes.</summary>
    [Id(6)]
    public DateTimeOffset? Closes { get; init; }

    /// <summary>When it was closed.</summary>
    [Id(7)]
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many entries it has.</summary>
    [Id(8)]
    public int Count { get; init; }

    /// <summary>The sum of its entries' digests.</summary>
    [Id(9)]
    public ulong Checksum { get; init; }
}

/// <summary>A line.</summary>
[GenerateSerializer]
[Alias("jinbang.line")]
internal readonly struct LineBody
{
    /// <summary>The player's number.</summary>
    [Id(0)]
    public int Player { get; init; }

    /// <summary>The scores.</summary>
    [Id(1)]
    public Columns Scores { get; init; }

    /// <summary>The entry's order number.</summary>
    [Id(2)]
    public long Order { get; init; }

    /// <summary>The rank; 0 in a head.</summary>
    [Id(3)]
    public int Rank { get; init; }

    /// <summary>The first bits of the public id; 0 in a head.</summary>
    [Id(4)]
    public ushort IdHigh { get; init; }

    /// <summary>The last bits of the public id; 0 in a head.</summary>
    [Id(5)]
    public ulong IdLow { get; init; }

    /// <summary>The profile, or null.</summary>
    [Id(6)]
    public ProfileBody? Profile { get; init; }

    /// <summary>The entry's metadata, or null.</summary>
    [Id(7)]
    public byte[]? Metadata { get; init; }
}

/// <summary>A profile.</summary>
[GenerateSerializer]
[Alias("jinbang.profile")]
internal sealed class ProfileBody
{
    /// <summary>The name.</summary>
    [Id(0)]
    public byte[]? Nickname { get; init; }

    /// <summary>The picture's address.</summary>
    [Id(1)]
    public byte[]? Avatar { get; init; }

    /// <summary>0, 1 or 2.</summary>
    [Id(2)]
    public byte? Sex { get; init; }

    /// <summary>The province.</summary>
    [Id(3)]
    public byte[]? Province { get; init; }

    /// <summary>The city.</summary>
    [Id(4)]
    public byte[]? City { get; init; }

    /// <summary>The country.</summary>
    [Id(5)]
    public byte[]? Country { get; init; }
}

/// <summary>Numbers about a window.</summary>
[GenerateSerializer]
[Alias("jinbang.answer")]
internal sealed class AnswerBody
{
    /// <summary>The rank for the scores.</summary>
    [Id(0)]
    public int? RankFor { get; init; }

    /// <summary>How many are better.</summary>
    [Id(1)]
    public int? Better { get; init; }

    /// <summary>How many are equal.</summary>
    [Id(2)]
    public int? Equal { get; init; }

    /// <summary>How many are worse.</summary>
    [Id(3)]
    public int? Worse { get; init; }

    /// <summary>The percentile of the scores.</summary>
    [Id(4)]
    public double? PercentileOf { get; init; }

    /// <summary>The number of the kind of what is needed; null when it was not asked.</summary>
    [Id(5)]
    public int? NeededKind { get; init; }

    /// <summary>The scores that are needed.</summary>
    [Id(6)]
    public Columns NeededScores { get; init; }

    /// <summary>The scores at the percentile.</summary>
    [Id(7)]
    public Columns? ScoresAt { get; init; }
}

/// <summary>A submission in a player's history.</summary>
[GenerateSerializer]
[Alias("jinbang.history")]
internal sealed class HistoryBody
{
    /// <summary>Its number in the log.</summary>
    [Id(0)]
    public long Number { get; init; }

    /// <summary>When it was committed.</summary>
    [Id(1)]
    public DateTimeOffset At { get; init; }

    /// <summary>The board's number.</summary>
    [Id(2)]
    public int Board { get; init; }

    /// <summary>The player's number.</summary>
    [Id(3)]
    public int Player { get; init; }

    /// <summary>The board's count of changes.</summary>
    [Id(4)]
    public long Order { get; init; }

    /// <summary>The scores as they were submitted.</summary>
    [Id(5)]
    public Columns Submitted { get; init; }

    /// <summary>The number of the result.</summary>
    [Id(6)]
    public int Result { get; init; }

    /// <summary>The idempotency key, or null.</summary>
    [Id(7)]
    public string? Key { get; init; }

    /// <summary>The metadata, or null.</summary>
    [Id(8)]
    public byte[]? Metadata { get; init; }

    /// <summary>What it did, window by window.</summary>
    [Id(9)]
    public ReceiptLine[] Windows { get; init; } = [];

    /// <summary>The windows' numbers, index by index.</summary>
    [Id(10)]
    public int[] WindowNumbers { get; init; } = [];
}

/// <summary>An entry in an export.</summary>
[GenerateSerializer]
[Alias("jinbang.exported")]
internal sealed class ExportedBody
{
    /// <summary>The board's name.</summary>
    [Id(0)]
    public string Board { get; init; } = "";

    /// <summary>The window's rule.</summary>
    [Id(1)]
    public string Rule { get; init; } = "";

    /// <summary>The window's key.</summary>
    [Id(2)]
    public string Key { get; init; } = "";

    /// <summary>The line.</summary>
    [Id(3)]
    public LineBody Line { get; init; }
}
