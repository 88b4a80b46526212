using System.Buffers.Binary;
using System.Security.Cryptography;
using Jinbang.Ranking;

namespace Jinbang.Boards.Players;

// A public id is the player's number, encrypted: 32 bits of number and 48 bits of zeros through a Feistel network of eight rounds over two halves of 40 bits.
// The round function is a keyed hash with a key of its own for each round and each game, derived from the store's secret. So ids look random and say nothing
// about each other, need no table and no memory, and an id that someone made up is told from a real one by its zeros.

/// <summary>The public ids of one game's players: one to one with their numbers. Immutable.</summary>
public sealed class PublicIds
{
    private const int Rounds = 8;
    private const int HalfBits = 40;
    private const ulong HalfMask = (1UL << HalfBits) - 1;
    private const int CheckBits = 48;

    private readonly KeyedHash[] rounds = new KeyedHash[Rounds];

    /// <param name="secret">The store's secret, 32 bytes.</param>
    /// <param name="game">The game's number in the store.</param>
    public PublicIds(ReadOnlySpan<byte> secret, int game)
    {
        Span<byte> info = stackalloc byte[20];
        "jinbang/public-i"u8.CopyTo(info);
        BinaryPrimitives.WriteInt32LittleEndian(info[16..], game);
        Span<byte> keys = stackalloc byte[Rounds * 16];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, keys, salt: [], info);
        for (var round = 0; round < Rounds; round++)
        {
            var key = keys.Slice(round * 16, 16);
            rounds[round] = new KeyedHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
        }
    }

    /// <summary>The player's public id.</summary>
    public PublicId Of(PlayerId player)
    {
        var bits = (UInt128)(uint)player.Number << CheckBits;
        var (left, right) = ((ulong)(bits >> HalfBits), (ulong)bits & HalfMask);
        for (var round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ Scramble(round, right));
        }

        var id = ((UInt128)left << HalfBits) | right;
        return new PublicId((ushort)(id >> 64), (ulong)id);
    }

    /// <summary>Whose public id it is; false when it is none of this game's. Whether the number was ever given is not asked.</summary>
    public bool TryRead(PublicId id, out PlayerId player)
    {
        var bits = ((UInt128)id.High << 64) | id.Low;
        var (left, right) = ((ulong)(bits >> HalfBits), (ulong)bits & HalfMask);
        for (var round = Rounds - 1; round >= 0; round--)
        {
            (left, right) = (right ^ Scramble(round, left), left);
        }

        var plain = ((UInt128)left << HalfBits) | right;
        var number = (uint)(plain >> CheckBits);
        var isOurs = (ulong)plain << (64 - CheckBits) == 0 && number is > 0 and <= int.MaxValue;
        player = isOurs ? new PlayerId((int)number) : default;
        return isOurs;
    }

    private ulong Scramble(int round, ulong half)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, half);
        return rounds[round].Compute(bytes) & HalfMask;
    }
}
