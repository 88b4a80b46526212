using System.Buffers.Binary;
using System.Security.Cryptography;
using Jinbang.Boards.Games;

namespace Jinbang.Server.Access;

/// <summary>What a key is for.</summary>
internal enum KeyKind
{
    /// <summary>Sits in the game that players have: no secret to anyone who looks.</summary>
    Client,

    /// <summary>Stays on the game's own server.</summary>
    Server,
}

/// <summary>A key of a game, without its secret: that is nowhere but with who was given it.</summary>
internal sealed record ApiKey
{
    /// <summary>Names it in URLs; no secret.</summary>
    public required string Id { get; init; }

    public required GameId Game { get; init; }

    public required KeyKind Kind { get; init; }

    /// <summary>What the operator calls it.</summary>
    public required string Name { get; init; }

    public required KeyHash Hash { get; init; }

    /// <summary>The last four characters of the secret, to tell keys apart.</summary>
    public required string Hint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is worth nothing; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);
}

/// <summary>The SHA-256 of a secret. The secrets are random and long, so there is nothing to guess and no salt is needed.</summary>
internal readonly record struct KeyHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    public static KeyHash Of(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return Read(hash);
    }

    /// <exception cref="FormatException">It is no hash.</exception>
    public static KeyHash Parse(string hex) =>
        hex.Length == 2 * SHA256.HashSizeInBytes ? Read(Convert.FromHexString(hex)) : throw new FormatException("A SHA-256 has 64 hex digits.");

    /// <summary>Hex digits.</summary>
    public override string ToString() => string.Create(null, stackalloc char[64], $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}");

    private static KeyHash Read(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));
}
