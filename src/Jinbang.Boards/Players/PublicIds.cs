using System.Buffers.Binary;
using System.Security.Cryptography;
using Jinbang.Ranking;

namespace Jinbang.Boards.Players;

// How it works
// ------------
// An id is the encryption of 80 bits: the player's number (32) and 48 bits of zero. Reading decrypts and wants the zeros back, so an id that was guessed, or belongs to another game, passes
// once in 2^48 times. The cipher is a Feistel network of 8 rounds over two halves of 40 bits; its round function is the low 40 bits of SipHash over the half as 8 bytes, with a key of its
// own in every round. The keys come from the secret and the game's number by HKDF. Nothing of this may ever change: ids are in the hands of players.

/// <summary>
/// The public ids of one game's players: computed from the player's number and back, so no table holds them. They look random to everyone without the secret,
/// who learns neither a number nor how many players there are. Any thread, no allocation.
/// </summary>
/// <param name="secret">32 bytes that never change and are known to nobody else. Not kept.</param>
/// <param name="game">The game's number in the store.</param>
/// <exception cref="ArgumentException">The secret has another length.</exception>
public sealed class PublicIds(ReadOnlySpan<byte> secret, int game)
{
    /// <summary>How many bytes the secret has.</summary>
    public const int SecretBytes = 32;

    private const int Rounds = 8;
    private const int KeyBytes = 16;
    private const int HalfBits = 40;
    private const ulong HalfMask = (1UL << HalfBits) - 1;
    private const int NumberShift = HalfBits - 32;

    private readonly KeyedHash[] rounds = MakeRounds(secret, game);

    /// <summary>The id of a player, always the same.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no player.</exception>
    public PublicId Of(PlayerId player)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(player.Number, 1, nameof(player));
        var (left, right) = ((ulong)player.Number << NumberShift, 0UL);
        foreach (var round in rounds)
        {
            (left, right) = (right, left ^ Mix(round, right));
        }

        return new PublicId((ushort)(left >> 24), (left << HalfBits) | right);
    }

    /// <summary>The player of an id; whether there is such a player is for the store to say.</summary>
    /// <returns>False when it is none of this game's ids.</returns>
    public bool TryRead(PublicId id, out PlayerId player)
    {
        var (left, right) = (((ulong)id.High << 24) | (id.Low >> HalfBits), id.Low & HalfMask);
        for (var i = Rounds - 1; i >= 0; i--)
        {
            (left, right) = (right ^ Mix(rounds[i], left), left);
        }

        var number = left >> NumberShift;
        var isRead = right == 0 && (left & ((1 << NumberShift) - 1)) == 0 && number is > 0 and <= int.MaxValue;
        player = isRead ? new PlayerId((int)number) : default;
        return isRead;
    }

    private static ulong Mix(KeyedHash round, ulong half)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, half);
        return round.Compute(bytes) & HalfMask;
    }

    private static KeyedHash[] MakeRounds(ReadOnlySpan<byte> secret, int game)
    {
        if (secret.Length != SecretBytes)
        {
            throw new ArgumentException($"The secret of public ids has {SecretBytes} bytes, this one has {secret.Length}.", nameof(secret));
        }

        var label = "jinbang public ids 1 "u8;
        Span<byte> info = stackalloc byte[label.Length + sizeof(int)];
        label.CopyTo(info);
        BinaryPrimitives.WriteInt32LittleEndian(info[label.Length..], game);
        Span<byte> keys = stackalloc byte[Rounds * KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, keys, [], info);
        var rounds = new KeyedHash[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var key = keys.Slice(i * KeyBytes, KeyBytes);
            rounds[i] = new KeyedHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]));
        }

        CryptographicOperations.ZeroMemory(keys);
        return rounds;
    }
}
