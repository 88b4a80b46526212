using System.Buffers.Binary;

namespace Jinbang.Ranking;

// How it works
// ------------
// The ids lie in slabs of 1 MiB, one record after the other: the player's number (4 bytes) and the packed id (PackedId), padded to an even size. A
// record of WeChat's 28 characters has 26 bytes. A record is written once and never changed. The first slab grows by doubling, so that a small game has a small one.
//
// A hash table of 64-bit slots leads to the records: the upper half is 32 bits of the packed id's keyed hash, the lower half the record's position in
// units of 2 bytes, plus one, so that an empty slot is 0. A slot's home is its 32 bits as a fraction of the table: any number of slots will do, and a table that grows
// is read and written from front to back, without looking at a record. Collisions go to the next slot. A hash never decides alone: the ids' bytes are compared.
//
// The table is cut into 1,024 parts by other bits of the hash, and each grows by a quarter (a small one to the double) when it is 85 % full: at 100 million players a step copies less than a megabyte.
// A player who is removed leaves a slot that searches step over, until his part grows next or is made again at the same size because such slots fill it; his record's id is overwritten, so that no copy of it remains.
//
// The parts begin at different sizes, so that they do not all grow at the same moment, and memory rises evenly.
//
// One writer adds, any number of readers look up beside it without a lock. A slot is one aligned 64-bit word, published after its record (release)
// and read before it (acquire): a reader sees a whole record or none. A part's table, and the first slab, are replaced in one assignment when they are complete; a reader that still holds
// the old one misses at most players added after he began.
//
// Memory, n players with ids of 28 characters: 26 bytes of record and 9.4 to 11.8 of table each.

/// <summary>
/// The players of one game: from the bytes of an external id to the player's number, exactly. An id is 1 to 512 bytes, any bytes. One writer at a time,
/// readers beside it at any time. Holds 8 GiB of records (330 million ids of 28 characters), then refuses more.
/// </summary>
/// <param name="hash">With a secret key, so that nobody can choose ids that collide.</param>
public sealed class PlayerDirectory(KeyedHash hash)
{
    private const int PartBits = 10;
    private const int Unit = 2;
    private const int SlabBits = 20;
    private const int SlabBytes = 1 << SlabBits;
    private const int FirstSlabBytes = 1 << 10;
    private const int NumberBytes = sizeof(int);
    private const int SmallTable = 512;
    private const ulong Removed = uint.MaxValue;
    private const long MostBytes = (long)uint.MaxValue * Unit;

    private readonly ulong[]?[] parts = new ulong[1 << PartBits][];
    private readonly int[] partCounts = new int[1 << PartBits];
    private readonly int[] partRemoved = new int[1 << PartBits];
    private byte[][] slabs = [];
    private long end;
    private int count;

    /// <summary>How many players the directory holds.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Looks an id up.</summary>
    public bool TryFind(ReadOnlySpan<byte> id, out PlayerId player)
    {
        player = default;
        if (id.IsEmpty || id.Length > PackedId.LongestId)
        {
            return false;
        }

        Span<byte> room = stackalloc byte[id.Length + PackedId.MostAdded];
        ReadOnlySpan<byte> packed = room[..PackedId.Pack(id, room)];
        return TryFind(packed, hash.Compute(packed), out player, out _);
    }

    /// <summary>Adds a player. Only one thread may add at a time.</summary>
    /// <exception cref="ArgumentException">The id is already there under another number, or it is empty or too long, or the number is none.</exception>
    /// <exception cref="InvalidOperationException">The directory is full. Nothing was added.</exception>
    public void Add(ReadOnlySpan<byte> id, PlayerId player)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(player.Number, 1);
        if (id.IsEmpty || id.Length > PackedId.LongestId)
        {
            throw new ArgumentException($"An id has 1 to {PackedId.LongestId} bytes, this one has {id.Length}.", nameof(id));
        }

        Span<byte> room = stackalloc byte[id.Length + PackedId.MostAdded];
        ReadOnlySpan<byte> packed = room[..PackedId.Pack(id, room)];
        var code = hash.Compute(packed);
        if (TryFind(packed, code, out var known, out var free))
        {
            if (known != player)
            {
                throw new ArgumentException($"The id already belongs to {known}, it cannot be given to {player}.", nameof(player));
            }

            return;
        }

        var slot = ((ulong)(uint)code << 32) | (WriteRecord(packed, player) + 1);
        var part = PartOf(code);
        var table = parts[part];
        if (table is null || (partCounts[part] + 1) * 20L > table.Length * 17L)
        {
            table = Grow(part, table, partRemoved[part]);
            partCounts[part] -= partRemoved[part];
            partRemoved[part] = 0;
            Place(table, slot);
            Volatile.Write(ref parts[part], table);
        }
        else
        {
            Volatile.Write(ref table[free], slot);
        }

        partCounts[part]++;
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>Removes a player, and every trace of his id. Only one thread may add and remove at a time.</summary>
    /// <returns>Whether he was there.</returns>
    public bool Remove(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty || id.Length > PackedId.LongestId)
        {
            return false;
        }

        Span<byte> room = stackalloc byte[id.Length + PackedId.MostAdded];
        ReadOnlySpan<byte> packed = room[..PackedId.Pack(id, room)];
        var code = hash.Compute(packed);
        if (!TryFind(packed, code, out _, out var at))
        {
            return false;
        }

        var part = PartOf(code);
        var table = parts[part]!;
        var start = (long)((uint)table[at] - 1) * Unit;
        Volatile.Write(ref table[at], Removed);

        // A reader who compares the bytes now does not find him, which is right from here on.
        slabs[start >> SlabBits].AsSpan((int)(start & (SlabBytes - 1)) + NumberBytes, packed.Length).Clear();
        partRemoved[part]++;
        Volatile.Write(ref count, count - 1);
        return true;
    }

    private static int PartOf(ulong code) => (int)(code >> (64 - PartBits));

    private static int HomeOf(uint fragment, int slots) => (int)(((ulong)fragment * (uint)slots) >> 32);

    private static ulong[] Grow(int part, ulong[]? table, int removed)
    {
        // The smallest sizes are 4 to 7 slots. A table that removed players fill needs no more room than it has.
        var slots = table is null ? 4 + (part >> (PartBits - 2))
            : removed * 4L >= table.Length ? table.Length
            : table.Length + (table.Length < SmallTable ? table.Length : table.Length / 4);
        var grown = new ulong[slots];
        foreach (var slot in table ?? [])
        {
            if (slot is not (0 or Removed))
            {
                Place(grown, slot);
            }
        }

        return grown;
    }

    private static void Place(ulong[] table, ulong slot)
    {
        var at = HomeOf((uint)(slot >> 32), table.Length);
        while (table[at] != 0)
        {
            at = at + 1 == table.Length ? 0 : at + 1;
        }

        table[at] = slot;
    }

    /// <param name="packed">The packed id.</param>
    /// <param name="code">Its hash.</param>
    /// <param name="player">The player, if he is there.</param>
    /// <param name="found">His slot, or where he belongs if he is not there; -1 when there is no table yet.</param>
    private bool TryFind(ReadOnlySpan<byte> packed, ulong code, out PlayerId player, out int found)
    {
        found = -1;
        if (Volatile.Read(ref parts[PartOf(code)]) is { } table)
        {
            var fragment = (uint)code;
            for (var at = HomeOf(fragment, table.Length); ; at = at + 1 == table.Length ? 0 : at + 1)
            {
                var slot = Volatile.Read(ref table[at]);
                if (slot == 0)
                {
                    found = at;
                    break;
                }

                if (slot != Removed && (uint)(slot >> 32) == fragment && Matches((uint)slot - 1, packed, out player))
                {
                    found = at;
                    return true;
                }
            }
        }

        player = default;
        return false;
    }

    private bool Matches(uint position, ReadOnlySpan<byte> packed, out PlayerId player)
    {
        var start = (long)position * Unit;
        var record = Volatile.Read(ref slabs)[start >> SlabBits].AsSpan((int)(start & (SlabBytes - 1)));
        player = new PlayerId(BinaryPrimitives.ReadInt32LittleEndian(record));

        // A packed id begins with its length, so none is the beginning of another.
        return record[NumberBytes..].StartsWith(packed);
    }

    private uint WriteRecord(ReadOnlySpan<byte> packed, PlayerId player)
    {
        var size = (NumberBytes + packed.Length + Unit - 1) / Unit * Unit;
        if ((end & (SlabBytes - 1)) + size > SlabBytes)
        {
            end = (end + SlabBytes - 1) >> SlabBits << SlabBits;
        }

        if (end + size > MostBytes)
        {
            throw new InvalidOperationException("The directory of players is full.");
        }

        MakeRoom(size);
        var record = slabs[end >> SlabBits].AsSpan((int)(end & (SlabBytes - 1)), size);
        BinaryPrimitives.WriteInt32LittleEndian(record, player.Number);
        packed.CopyTo(record[NumberBytes..]);
        var position = (uint)(end / Unit);
        end += size;
        return position;
    }

    private void MakeRoom(int size)
    {
        var slab = (int)(end >> SlabBits);
        var needed = (int)(end & (SlabBytes - 1)) + size;
        if (slab == 0 && (slabs.Length == 0 || slabs[0].Length < needed))
        {
            var first = new byte[Math.Max(FirstSlabBytes, slabs.Length == 0 ? 0 : slabs[0].Length * 2)];
            if (slabs.Length > 0)
            {
                slabs[0].CopyTo(first, 0);
            }

            Volatile.Write(ref slabs, [first]);
            return;
        }

        if (slab == slabs.Length)
        {
            Volatile.Write(ref slabs, [.. slabs, GC.AllocateUninitializedArray<byte>(SlabBytes)]);
        }
    }
}
