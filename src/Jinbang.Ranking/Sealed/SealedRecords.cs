using System.Buffers.Binary;

namespace Jinbang.Ranking.Sealed;

/// <summary>
/// How entries and scores lie in a sealed file. Scores have as many columns as the order of the table, and are the caller's values, not keys.
/// </summary>
internal static class SealedRecords
{
    public static int ScoresSize(int columns) => columns * sizeof(long);

    /// <summary>Scores, order, player.</summary>
    public static int EntrySize(int columns) => ScoresSize(columns) + sizeof(long) + sizeof(int);

    /// <summary>The number of the run, scores.</summary>
    public static int BranchSize(int columns) => sizeof(int) + ScoresSize(columns);

    public static ScoreColumns ReadScores(ReadOnlySpan<byte> record, int columns) => new(
        BinaryPrimitives.ReadInt64LittleEndian(record),
        columns > 1 ? BinaryPrimitives.ReadInt64LittleEndian(record[8..]) : 0,
        columns > 2 ? BinaryPrimitives.ReadInt64LittleEndian(record[16..]) : 0,
        columns > 3 ? BinaryPrimitives.ReadInt64LittleEndian(record[24..]) : 0);

    public static Entry ReadEntry(ReadOnlySpan<byte> record, int columns)
    {
        var rest = record[ScoresSize(columns)..];
        return new Entry(
            new PlayerId(BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(long)..])),
            ReadScores(record, columns),
            BinaryPrimitives.ReadInt64LittleEndian(rest));
    }

    public static void WriteScores(Span<byte> record, in ScoreColumns scores, int columns)
    {
        Span<long> values = [scores.First, scores.Second, scores.Third, scores.Fourth];
        for (var column = 0; column < columns; column++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(record[(column * sizeof(long))..], values[column]);
        }
    }

    public static void WriteEntry(Span<byte> record, in Entry entry, int columns)
    {
        WriteScores(record, entry.Scores, columns);
        var rest = record[ScoresSize(columns)..];
        BinaryPrimitives.WriteInt64LittleEndian(rest, entry.Order);
        BinaryPrimitives.WriteInt32LittleEndian(rest[sizeof(long)..], entry.Player.Number);
    }

    public static void WriteBranch(Span<byte> record, int run, in ScoreColumns scores, int columns)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, run);
        WriteScores(record[sizeof(int)..], scores, columns);
    }
}
