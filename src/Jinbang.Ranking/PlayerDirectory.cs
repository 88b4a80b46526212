using System.Buffers.Binary;
using System.Numerics;

namespace Jinbang.Ranking;

// How it works
// ------------
// The ids lie in slabs of 1 MiB, one record after the other: the player's number (4 bytes) and the packed id (PackedId), padded to an even size. A
// record of WeChat's 28 characters has 26 bytes. The first MiB is cut into slabs that double from 1 KiB, so that a small game has small ones. A record is written once, where it stays: no slab is
// ever copied or moved, so an id lies in one place.
//
// A hash table of 64-bit slots leads to the records: the upper half is 32 bits of the packed id's keyed hash, the lower half the record's position in
// units of 2 bytes, plus one, so that an empty slot is 0. A slot's home is its 32 bits as a fraction of the table: any number of slots will do, and a table that grows
// is read and written from front to back, without looking at a record. Collisions go to the next slot. A hash never decides alone: the ids' bytes are compared.
//
// The table is cut into 1,024 parts by other bits of the hash, and each grows by a quarter (a small one to the double) when it is 85 % full: at 100 million players a step copies less than a megabyte.
// The parts begin at different sizes, so that they do not all grow at the same moment, and memory rises evenly.
//
// A player who is removed leaves a tombstone in his slot, which a search steps over, and his id's bytes become zeros. The next id whose search passed the tombstone takes its place; what is left of
// them counts as full, so a search always meets an empty slot, and goes when the table is built anew. If an eighth of the table is tombstones then, it keeps its size: a part is never much larger than the
// most players it had at once. The room of the record is not used again.
//
// One writer adds and removes, any number of readers look up beside it without a lock. A slot is one aligned 64-bit word, published after its record (release)
// and read before it (acquire): a reader sees a whole record or none. A part's table, and the list of slabs, are replaced in one assignment when they are complete; a reader that still holds
// the old one misses at most players added after he began. The zeros are written after the tombstone: a reader who has found his id looks once more whether the slot still leads there, and
// if it does, no byte that he compared was a zero of these. A record's number is never changed, so nobody can read half of one.
//
// Memory, n players with ids of 28 characters: 26 bytes of record and 9.4 to 11.8 of table each.

/// <summary>
/// The players of one game: from the bytes of an external id to the player's number, exactly. An id is 1 to 512 bytes, any bytes. One writer at a time,
/// readers beside it at any time. Holds 8 GiB of records (330 million ids of 28 characters), those of removed players included, then refuses more.
/// </summary>
/// <param name="hash">With a secret key, so that nobody can choose ids that collide.</param>
public sealed class PlayerDirectory(KeyedHash hash)
{
    private const int PartBits = 10;
    private const int Unit = 2;
    private const int SlabBits = 20;
    private const int SlabBytes = 1 << SlabBits;
    private const int FirstSlabBits = 10;
    private const int NumberBytes = sizeof(int);
    private const int SmallTable = 512;
    private const long MostBytes = (long)uint.MaxValue * Unit;

    // Its lower half is zero, so it leads to no record; an id's slot never looks like it.
    private const ulong Tombstone = 1UL << 32;

    private readonly ulong[]?[] parts = new ulong[1 << PartBits][];

    // How many slots of a part are not empty: players and tombstones.
    private readonly int[] partsUsed = new int[1 << PartBits];
    private byte[][] slabs = [];
    private long end;
    private int count;

    /// <summary>How many players the directory holds.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>How many slots all tables have, for tests.</summary>
    internal long Slots => parts.Sum(static table => (long)(table?.Length ?? 0));

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

    /// <summary>Adds a player. Only one thread may add or remove at a time.</summary>
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
        if (table is not null && table[free] == Tombstone)
        {
            Volatile.Write(ref table[free], slot);
        }
        else if (table is null || IsFull(partsUsed[part] + 1, table.Length))
        {
            (table, var players) = Rebuild(part, table);
            Place(table, slot);
            Volatile.Write(ref parts[part], table);
            partsUsed[part] = players + 1;
        }
        else
        {
            Volatile.Write(ref table[free], slot);
            partsUsed[part]++;
        }

        Volatile.Write(ref count, count + 1);
    }

    /// <summary>
    /// Removes a player and overwrites the bytes of his id. Only one thread may add or remove at a time. The id may be added again, under any number.
    /// </summary>
    /// <returns>False when the id is not there.</returns>
    public bool Remove(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty || id.Length > PackedId.LongestId)
        {
            return false;
        }

        Span<byte> room = stackalloc byte[id.Length + PackedId.MostAdded];
        var packed = room[..PackedId.Pack(id, room)];
        var code = hash.Compute(packed);
        if (!TryFind(packed, code, out _, out var at))
        {
            return false;
        }

        var table = parts[PartOf(code)]!;
        var record = RecordAt((uint)table[at] - 1);
        Volatile.Write(ref table[at], Tombstone);

        // No reader may see a zero and then still the slot.
        Volatile.WriteBarrier();
        record.Slice(NumberBytes, packed.Length).Clear();
        packed.Clear();
        Volatile.Write(ref count, count - 1);
        return true;
    }

    /// <summary>Whether the id's bytes lie in any record, for tests: a removed one's must not.</summary>
    internal bool HasRecordOf(ReadOnlySpan<byte> id)
    {
        Span<byte> room = stackalloc byte[id.Length + PackedId.MostAdded];
        ReadOnlySpan<byte> packed = room[..PackedId.Pack(id, room)];
        foreach (var slab in slabs)
        {
            if (slab.AsSpan().IndexOf(packed) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int PartOf(ulong code) => (int)(code >> (64 - PartBits));

    private static int HomeOf(uint fragment, int slots) => (int)(((ulong)fragment * (uint)slots) >> 32);

    private static bool IsFull(int used, int slots) => used * 20L > slots * 17L;

    private static (ulong[] Table, int Players) Rebuild(int part, ulong[]? old)
    {
        if (old is null)
        {
            // The smallest sizes are 4 to 7 slots.
            return (new ulong[4 + (part >> (PartBits - 2))], 0);
        }

        var tombstones = old.AsSpan().Count(Tombstone);
        var slots = tombstones > old.Length / 8 ? old.Length : old.Length + (old.Length < SmallTable ? old.Length : old.Length / 4);
        var table = new ulong[slots];
        var players = 0;
        foreach (var slot in old)
        {
            if (slot is not 0 and not Tombstone)
            {
                Place(table, slot);
                players++;
            }
        }

        return (table, players);
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
    /// <param name="at">His slot; the one where he belongs if he is not there, a tombstone or an empty one; -1 when there is no table yet.</param>
    private bool TryFind(ReadOnlySpan<byte> packed, ulong code, out PlayerId player, out int at)
    {
        ref var part = ref parts[PartOf(code)];
        while (true)
        {
            var table = Volatile.Read(ref part);
            if (!TryFind(table, packed, (uint)code, out player, out at, out var found))
            {
                return false;
            }

            // If the slot still leads to the record, nothing of it was overwritten while it was compared. A table that was replaced cannot tell.
            Volatile.ReadBarrier();
            if (Volatile.Read(ref part) == table && table![at] == found)
            {
                return true;
            }
        }
    }

    private bool TryFind(ulong[]? table, ReadOnlySpan<byte> packed, uint fragment, out PlayerId player, out int at, out ulong slot)
    {
        player = default;
        slot = 0;
        at = -1;
        if (table is null)
        {
            return false;
        }

        var tombstone = -1;
        for (at = HomeOf(fragment, table.Length); ; at = at + 1 == table.Length ? 0 : at + 1)
        {
            slot = Volatile.Read(ref table[at]);
            if (slot == 0)
            {
                at = tombstone < 0 ? at : tombstone;
                return false;
            }

            if (slot == Tombstone)
            {
                tombstone = tombstone < 0 ? at : tombstone;
            }
            else if ((uint)(slot >> 32) == fragment && Matches((uint)slot - 1, packed, out player))
            {
                return true;
            }
        }
    }

    private bool Matches(uint position, ReadOnlySpan<byte> packed, out PlayerId player)
    {
        ReadOnlySpan<byte> record = RecordAt(position);
        player = new PlayerId(BinaryPrimitives.ReadInt32LittleEndian(record));

        // A packed id begins with its length, so none is the beginning of another.
        return record[NumberBytes..].StartsWith(packed);
    }

    // From a record to the end of its slab.
    private Span<byte> RecordAt(uint position)
    {
        var (slab, offset) = PlaceOf((long)position * Unit);
        return Volatile.Read(ref slabs)[slab].AsSpan(offset);
    }

    // The first MiB: 1, 1, 2, 4, ... 512 KiB. Then slabs of 1 MiB.
    private static (int Slab, int Offset) PlaceOf(long start)
    {
        if (start >= SlabBytes)
        {
            return ((int)(start >> SlabBits) + SlabBits - FirstSlabBits, (int)(start & (SlabBytes - 1)));
        }

        var slab = 32 - BitOperations.LeadingZeroCount((uint)start >> FirstSlabBits);
        return (slab, slab == 0 ? (int)start : (int)start - SizeOf(slab));
    }

    private static int SizeOf(int slab) => slab == 0 ? 1 << FirstSlabBits : 1 << Math.Min(FirstSlabBits + slab - 1, SlabBits);

    private uint WriteRecord(ReadOnlySpan<byte> packed, PlayerId player)
    {
        var size = (NumberBytes + packed.Length + Unit - 1) / Unit * Unit;
        var start = end;
        var (slab, offset) = PlaceOf(start);
        if (offset + size > SizeOf(slab))
        {
            start += SizeOf(slab) - offset;
            (slab, offset) = PlaceOf(start);
        }

        if (start + size > MostBytes)
        {
            throw new InvalidOperationException("The directory of players is full.");
        }

        if (slab == slabs.Length)
        {
            // Pinned, so that the collector leaves no copy behind when it tidies up.
            Volatile.Write(ref slabs, [.. slabs, GC.AllocateUninitializedArray<byte>(SizeOf(slab), pinned: true)]);
        }

        var record = slabs[slab].AsSpan(offset, size);
        BinaryPrimitives.WriteInt32LittleEndian(record, player.Number);
        packed.CopyTo(record[NumberBytes..]);
        end = start + size;
        return (uint)(start / Unit);
    }
}
