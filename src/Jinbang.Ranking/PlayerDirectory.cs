using System.Buffers.Binary;

namespace Jinbang.Ranking;

// How it works
// ------------
// The ids' bytes lie in slabs of 64 KiB, one record after the other: the player's number (4 bytes), the id's length (2 bytes), the id, padded to a
// multiple of 4 bytes. A record is written once and never changed.
//
// A hash table of 64-bit slots leads to the records: the upper half is 32 bits of the id's keyed hash, the lower half the record's position in units of
// 4 bytes, plus one, so that an empty slot is 0. Collisions go to the next slot. The table is cut into shards by the hash's top bits and a shard
// doubles by itself, so that growing copies a small part at a time.
//
// One writer adds, any number of readers look up beside it without a lock. A slot is one aligned 64-bit word, published after its record (release)
// and read before it (acquire): a reader sees a whole record or none. A shard's table is replaced in one assignment; a reader that still holds
// the old one misses at most players added after it began.

/// <summary>
/// The players of one game: from the bytes of an external id to the player's number, exactly. An id is 1 to 65,000 bytes. One writer at a time, readers
/// beside it at any time.
/// </summary>
public sealed class PlayerDirectory(KeyedHash hash)
{
    private const int SlabBytes = 1 << 16;
    private const int ShardBits = 6;
    private const int Unit = 4;
    private const int HeaderBytes = sizeof(int) + sizeof(ushort);
    private const int LongestId = 65_000;

    private readonly ulong[]?[] shards = new ulong[1 << ShardBits][];
    private readonly int[] shardCounts = new int[1 << ShardBits];
    private byte[][] slabs = [];
    private int slabsUsed;
    private int positionInSlab = SlabBytes;
    private int count;

    /// <summary>How many players the directory holds.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Looks an id up.</summary>
    public bool TryFind(ReadOnlySpan<byte> id, out PlayerId player)
    {
        var code = hash.Compute(id);
        if (Volatile.Read(ref shards[ShardOf(code)]) is { } table)
        {
            var mask = table.Length - 1;
            var fragment = (uint)code;
            for (var at = (int)fragment & mask; ; at = (at + 1) & mask)
            {
                var slot = Volatile.Read(ref table[at]);
                if (slot == 0)
                {
                    break;
                }

                if ((uint)(slot >> 32) == fragment && Matches((uint)slot - 1, id, out player))
                {
                    return true;
                }
            }
        }

        player = default;
        return false;
    }

    /// <summary>Adds a player. Only one thread may add at a time.</summary>
    /// <exception cref="ArgumentException">The id is already there under another number, or it is empty or too long.</exception>
    public void Add(ReadOnlySpan<byte> id, PlayerId player)
    {
        if (id.IsEmpty || id.Length > LongestId)
        {
            throw new ArgumentException($"An id has 1 to {LongestId} bytes, this one has {id.Length}.", nameof(id));
        }

        if (TryFind(id, out var known))
        {
            if (known != player)
            {
                throw new ArgumentException($"The id already belongs to {known}, it cannot be given to {player}.", nameof(player));
            }

            return;
        }

        var code = hash.Compute(id);
        var shard = ShardOf(code);
        var table = shards[shard];
        if (table is null || shardCounts[shard] >= table.Length / 4 * 3)
        {
            table = Grow(table);
            Volatile.Write(ref shards[shard], table);
        }

        Place(table, ((ulong)(uint)code << 32) | (WriteRecord(id, player) + 1));
        shardCounts[shard]++;
        Volatile.Write(ref count, count + 1);
    }

    private static int ShardOf(ulong code) => (int)(code >> (64 - ShardBits));

    private static ulong[] Grow(ulong[]? table)
    {
        var grown = new ulong[table is null ? 8 : checked(table.Length * 2)];
        foreach (var slot in table ?? [])
        {
            if (slot != 0)
            {
                Place(grown, slot);
            }
        }

        return grown;
    }

    private static void Place(ulong[] table, ulong slot)
    {
        var mask = table.Length - 1;
        var at = (int)(slot >> 32) & mask;
        while (table[at] != 0)
        {
            at = (at + 1) & mask;
        }

        Volatile.Write(ref table[at], slot);
    }

    private bool Matches(uint position, ReadOnlySpan<byte> id, out PlayerId player)
    {
        var start = (long)position * Unit;
        var slab = Volatile.Read(ref slabs)[start / SlabBytes];
        var record = slab.AsSpan((int)(start % SlabBytes));
        player = new PlayerId(BinaryPrimitives.ReadInt32LittleEndian(record));
        int length = BinaryPrimitives.ReadUInt16LittleEndian(record[sizeof(int)..]);
        return length == id.Length && record.Slice(HeaderBytes, length).SequenceEqual(id);
    }

    private uint WriteRecord(ReadOnlySpan<byte> id, PlayerId player)
    {
        var size = HeaderBytes + id.Length;
        if (positionInSlab + size > SlabBytes)
        {
            AddSlab();
        }

        var record = slabs[slabsUsed - 1].AsSpan(positionInSlab);
        BinaryPrimitives.WriteInt32LittleEndian(record, player.Number);
        BinaryPrimitives.WriteUInt16LittleEndian(record[sizeof(int)..], (ushort)id.Length);
        id.CopyTo(record[HeaderBytes..]);
        var position = ((long)(slabsUsed - 1) * SlabBytes) + positionInSlab;
        positionInSlab += (size + Unit - 1) / Unit * Unit;
        return checked((uint)(position / Unit));
    }

    private void AddSlab()
    {
        if (slabsUsed == slabs.Length)
        {
            var grown = new byte[Math.Max(4, slabs.Length * 2)][];
            slabs.CopyTo(grown, 0);
            Volatile.Write(ref slabs, grown);
        }

        slabs[slabsUsed++] = GC.AllocateUninitializedArray<byte>(SlabBytes);
        positionInSlab = 0;
    }
}
