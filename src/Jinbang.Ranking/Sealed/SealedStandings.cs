namespace Jinbang.Ranking.Sealed;

// How it works
// ------------
// The final standings of a closed window lie in a file that never changes (its bytes are listed in SealedFile.cs). A question reads the few blocks it
// needs into the stack and checks each by its checksum every time: an answer is either right or refused. Nothing is cached here; the system's page
// cache keeps what is asked for often, so a closed window costs no memory of ours, only an open file while it is asked about.
//
// The file is read through a handle and never mapped into memory: a map of a file that someone cuts short kills the process that reads it.
//
// Costs, in blocks of 4 KiB that are read, n entries of one column in brackets for n = 100 million:
// - the player's position, and so his ordinal rank: 1 where the index is dense, one a level of the player tree and 1 more where it is sparse (3, never
//   above 4); his entry: 1 more;
// - how many are better, or better and equal, and where a run starts: one a level of the entry tree and 1 more (4, never above 5);
// - how many different scores there are down to a position: 2;
// - k rows: k / 204 and 1 or 2 more, of four columns k / 93.
// The entry tree has one level up to 69,000 entries, two up to 23 million, three beyond; of four columns up to 10 thousand, 1.1 million, 134 million,
// and four beyond. The first question after the file was let go reads the header as well.
//
// Threads: the handle and the header that was read from it are one object, SealedTable, which is replaced as a whole. Readers count themselves in and
// out of it and the last one out closes the handle: letting go of the file disturbs no reader, and a file written anew is seen whole or not at all.
//
// Repair: whoever meets damage takes part in the repair that was due when he began to ask. So all who meet the same damage wait for one rebuild, and
// all share its failure. Who began later is answered by the new file, or begins the next repair.

/// <summary>
/// Standings in a sealed file. The file is opened by the first question after the constructor or <see cref="Release"/>. Every member may be called from
/// several threads at once.
/// </summary>
/// <remarks>
/// Questions throw <see cref="SealedFileDamagedException"/> when the file is damaged or another one, <see cref="IOException"/> when it is missing or cannot
/// be read, <see cref="NotSupportedException"/> when a newer version wrote it, <see cref="ObjectDisposedException"/> after <see cref="Dispose"/>. With a
/// <see cref="SealedRebuild"/> a damaged or missing file is made again and the question asked once more; an exception then means that this failed too.
/// </remarks>
public sealed partial class SealedStandings : Standings, IDisposable
{
    private readonly string path;
    private readonly SealedLabel label;
    private readonly SealedRebuild? rebuild;

    /// <summary>Standings in a file, which is not touched yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">What it must be about.</param>
    /// <param name="order">How its scores must be compared.</param>
    /// <param name="rebuild">How it is made again when it is damaged or missing; null to have that thrown.</param>
    public SealedStandings(string path, SealedLabel label, ColumnOrder order, SealedRebuild? rebuild = null)
        : base(order)
    {
        this.path = Path.GetFullPath(path);
        this.label = label;
        this.rebuild = rebuild;
    }

    /// <inheritdoc />
    public override int Count => Ask(0, static (table, _) => table.Count);

    /// <inheritdoc />
    public override int DistinctCount => Ask(0, static (table, _) => table.DistinctCount);

    private protected override int PositionOf(PlayerId player) => Ask(player, static (table, player) => table.PositionOf(player));

    private protected override int Locate(PlayerId player, out Entry entry)
    {
        (var position, entry) = Ask(player, static (table, player) => (table.Locate(player, out var found), found));
        return position;
    }

    private protected override void Copy(int position, Span<Entry> destination) => Ask(new Rows(position, destination), static (table, rows) =>
    {
        table.Copy(rows.Position, rows.Destination);
        return rows.Position;
    });

    private protected override int CountBefore(in ScoreColumns scores) => Ask(scores, static (table, scores) => table.CountBefore(scores));

    private protected override int CountThrough(in ScoreColumns scores) => Ask(scores, static (table, scores) => table.CountThrough(scores));

    private protected override int DistinctThrough(int position) => Ask(position, static (table, position) => table.DistinctThrough(position));

    private protected override int StartOfRun(int run) => Ask(run, static (table, run) => table.StartOfRun(run));

    private readonly ref struct Rows(int position, Span<Entry> destination)
    {
        public readonly int Position = position;
        public readonly Span<Entry> Destination = destination;
    }
}
