using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jinbang.Boards.Storage.Moving;

/// <summary>
/// The number of a table's rows and a checksum over them: the sum of the first 8 bytes of every row's SHA-256, so the order of the rows does not matter. In parts, where the
/// table is compared in parts.
/// </summary>
public sealed class TableDigest(MovedTable table)
{
    private readonly Dictionary<long, (long Rows, ulong Sum)> parts = [];
    private byte[] buffer = new byte[1024];

    /// <summary>How many rows there are.</summary>
    public long Rows { get; private set; }

    /// <summary>The checksum over all of them.</summary>
    public ulong Sum { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(object?[] row)
    {
        var length = 0;
        foreach (var value in row)
        {
            length = Append(value, length);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.AsSpan(0, length), hash);
        var added = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        Rows++;
        Sum = unchecked(Sum + added);
        if (table.Part is not null)
        {
            var part = (long)row[0]!;
            var (rows, sum) = parts.GetValueOrDefault(part);
            parts[part] = (rows + 1, unchecked(sum + added));
        }
    }

    /// <summary>Where another digest of the same table differs, in words without anything of a row; null when nowhere.</summary>
    public string? DifferenceTo(TableDigest other)
    {
        foreach (var part in parts.Keys.Union(other.parts.Keys).Order())
        {
            var (own, others) = (parts.GetValueOrDefault(part), other.parts.GetValueOrDefault(part));
            if (own != others)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{table.Name}, {table.Part} {part}: {own.Rows} rows with checksum {own.Sum:x16} and {others.Rows} with {others.Sum:x16}");
            }
        }

        return Rows == other.Rows && Sum == other.Sum
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {Rows} rows with checksum {Sum:x16} and {other.Rows} with {other.Sum:x16}");
    }

    /// <summary>Each value with its kind and its length, so that no two rows look alike.</summary>
    private int Append(object? value, int length)
    {
        var text = value as string;
        var most = length + 9 + (text is null ? 0 : Encoding.UTF8.GetMaxByteCount(text.Length));
        if (buffer.Length < most)
        {
            Array.Resize(ref buffer, most * 2);
        }

        var rest = buffer.AsSpan(length);
        switch (value)
        {
            case null:
                rest[0] = 0;
                return length + 1;
            case long number:
                rest[0] = 1;
                BinaryPrimitives.WriteInt64LittleEndian(rest[1..], number);
                return length + 9;
            default:
                rest[0] = 2;
                var written = Encoding.UTF8.GetBytes(text, rest[9..]);
                BinaryPrimitives.WriteInt64LittleEndian(rest[1..], written);
                return length + 9 + written;
        }
    }
}
