using System.Buffers.Binary;

namespace Jinbang.ProcessTests.Durability;

// SQLite writes a transaction to the write-ahead log as frames: a header of 24 bytes, then the page. The last frame of a transaction has the size of the
// database in bytes 4 to 8 of its header, the others have 0 there. A score counts as written when a page that holds it belongs to a transaction whose last
// frame has been written; as durable when a sync of the log began after that and has succeeded. Scores are told apart by their value: numbers that no page
// holds by chance, stored by SQLite in six bytes, the high one first.

/// <summary>Follows a trace call by call and knows at each moment which scores are durable.</summary>
internal sealed class SyncTrace
{
    private const int FrameHeaderBytes = 24;
    private const int ScoreBytes = 6;

    private readonly HashSet<long> inOpenTransaction = [];
    private readonly HashSet<long> written = [];
    private readonly HashSet<long> durable = [];
    private readonly Dictionary<TracedCall, long[]> syncs = [];
    private bool endsTransaction;

    private SyncTrace()
    {
    }

    /// <summary>The first of the scores that are recognized; the last two bytes count on from there.</summary>
    public const long FirstScore = 0x5A17_3C96_0000;

    /// <summary>The scores that were acknowledged.</summary>
    public List<long> Acknowledged { get; } = [];

    /// <summary>Those that were acknowledged before they were durable.</summary>
    public List<long> TooEarly { get; } = [];

    /// <summary>Judges a trace.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="acknowledgedBy">The score that a call acknowledges, asked in the order of the calls; null for every other call.</param>
    public static SyncTrace Judge(IEnumerable<TracedCall> calls, Func<TracedCall, long?> acknowledgedBy)
    {
        var trace = new SyncTrace();
        var moments = calls.SelectMany(static call => (IEnumerable<(int Line, bool Begins, TracedCall Call)>)[(call.Began, true, call), (call.Ended, false, call)])
            .OrderBy(static moment => moment.Line).ThenByDescending(static moment => moment.Begins);
        foreach (var (_, begins, call) in moments)
        {
            trace.Follow(call, begins, acknowledgedBy);
        }

        return trace;
    }

    private void Follow(TracedCall call, bool begins, Func<TracedCall, long?> acknowledgedBy)
    {
        var isOfLog = call.File.EndsWith("jinbang.db-wal", StringComparison.Ordinal);
        if (begins && acknowledgedBy(call) is { } score)
        {
            Acknowledged.Add(score);
            if (!durable.Contains(score))
            {
                TooEarly.Add(score);
            }
        }
        else if (isOfLog && call.IsSync && begins)
        {
            syncs.Add(call, [.. written]);
        }
        else if (isOfLog && call.IsSync && call.Succeeded)
        {
            durable.UnionWith(syncs[call]);
        }
        else if (isOfLog && call.IsWrite && !begins && call.Succeeded)
        {
            Written(call.Data);
        }
    }

    private void Written(ReadOnlySpan<byte> data)
    {
        if (data.Length == FrameHeaderBytes)
        {
            endsTransaction = BinaryPrimitives.ReadUInt32BigEndian(data[4..]) != 0;
            return;
        }

        Span<byte> first = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(first, FirstScore);
        var prefix = first[2..^2];
        for (var at = data.IndexOf(prefix); at >= 0 && at + ScoreBytes <= data.Length;)
        {
            inOpenTransaction.Add(FirstScore + BinaryPrimitives.ReadUInt16BigEndian(data[(at + prefix.Length)..]));
            var next = data[(at + 1)..].IndexOf(prefix);
            at = next < 0 ? -1 : at + 1 + next;
        }

        if (endsTransaction)
        {
            written.UnionWith(inOpenTransaction);
            inOpenTransaction.Clear();
            endsTransaction = false;
        }
    }
}
