using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Server.Access;

/// <summary>
/// Tokens by which players prove who they are. Nothing is stored: a token says whose it is and until when, under a keyed hash that only this store's secret
/// makes. It also holds the player's public id, so that one of a deleted game is worth nothing in a later game of the same id.
/// </summary>
internal sealed class PlayerTokens(IBoards boards, TimeProvider time)
{
    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const byte Version = 1;
    private const int FixedBytes = 1 + PublicId.Bytes + sizeof(int) + sizeof(long) + sizeof(long);
    private const int HashBytes = HMACSHA256.HashSizeInBytes;

    /// <summary>The most bytes a token has before it is text.</summary>
    private const int MostBytes = FixedBytes + GameId.LongestLength + HashBytes;

    /// <summary>The most characters a token has.</summary>
    public static readonly int LongestText = CredentialText.PlayerToken.Length + Base64Url.GetEncodedLength(MostBytes);

    private readonly Lazy<byte[]> key = new(() =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, boards.Secret.ToArray(), HashBytes, info: "jinbang/player-token/1"u8.ToArray()));

    /// <summary>Makes a token.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Issue(GameId game, PlayerId player)
    {
        var issued = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = issued + (long)Lifetime.TotalSeconds;
        Span<byte> token = stackalloc byte[MostBytes];
        token[0] = Version;
        boards.PublicIdOf(game, player).Write(token[1..]);
        var rest = token[(1 + PublicId.Bytes)..];
        BinaryPrimitives.WriteInt32BigEndian(rest, player.Number);
        BinaryPrimitives.WriteInt64BigEndian(rest[4..], issued);
        BinaryPrimitives.WriteInt64BigEndian(rest[12..], expires);
        var signed = FixedBytes + Encoding.ASCII.GetBytes(game.ToString(), token[FixedBytes..]);
        HMACSHA256.HashData(key.Value, token[..signed], token[signed..]);
        return (CredentialText.PlayerToken + Base64Url.EncodeToString(token[..(signed + HashBytes)]), DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <summary>Reads a token that is ours, not expired, and of a player who still exists.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out GameId game, out PlayerId player)
    {
        (game, player) = (default, default);
        Span<byte> token = stackalloc byte[MostBytes];
        var encoded = text.StartsWith("jbp_"u8) ? text["jbp_"u8.Length..] : default;
        if (encoded.IsEmpty || text.Length > LongestText
            || Base64Url.DecodeFromUtf8(encoded, token, out _, out var length) != OperationStatus.Done
            || length <= FixedBytes + HashBytes || Base64Url.GetEncodedLength(length) != encoded.Length)
        {
            return false;
        }

        var signed = token[..(length - HashBytes)];
        Span<byte> expected = stackalloc byte[HashBytes];
        HMACSHA256.HashData(key.Value, signed, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, token[signed.Length..length]) || signed[0] != Version)
        {
            return false;
        }

        // From here on it is something that we wrote.
        var rest = signed[(1 + PublicId.Bytes)..];
        if (BinaryPrimitives.ReadInt64BigEndian(rest[12..]) <= time.GetUtcNow().ToUnixTimeSeconds())
        {
            return false;
        }

        game = GameId.Parse(Encoding.ASCII.GetString(signed[FixedBytes..]));
        player = new PlayerId(BinaryPrimitives.ReadInt32BigEndian(rest));
        return Exists(game, player, PublicId.Read(signed[1..]));
    }

    private bool Exists(GameId game, PlayerId player, PublicId id)
    {
        try
        {
            return boards.FindGame(game) is not null && boards.HasPlayer(game, player) && boards.PublicIdOf(game, player) == id;
        }
        catch (KeyNotFoundException)
        {
            // The game was deleted this moment.
            return false;
        }
    }
}
