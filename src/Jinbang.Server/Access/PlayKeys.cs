using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;

namespace Jinbang.Server.Access;

/// <summary>
/// The client keys by which the game at <c>/play</c> speaks with this server. Nothing is stored: a key follows from the store's secret, so it is the same after every start and on every
/// server of a store. There is one for each game that has such a page, and none without the page.
/// </summary>
/// <param name="boards">Where the secret is, once they are ready.</param>
/// <param name="games">The games that have the page.</param>
internal sealed class PlayKeys(IBoards boards, IEnumerable<GameId> games)
{
    private readonly Lazy<FrozenDictionary<KeyHash, GameId>> known = new(() =>
        games.ToFrozenDictionary(game => KeyHash.Of(Encoding.ASCII.GetBytes(KeyOf(boards, game)))));

    /// <summary>A game's key.</summary>
    public string Of(GameId game) => KeyOf(boards, game);

    /// <summary>Finds the game whose key this is, if the game still exists.</summary>
    public bool TryFind(ReadOnlySpan<byte> secret, out GameId game) => known.Value.TryGetValue(KeyHash.Of(secret), out game) && boards.FindGame(game) is not null;

    private static string KeyOf(IBoards boards, GameId game) => CredentialText.ClientKey + Base64Url.EncodeToString(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, boards.Secret.ToArray(), CredentialText.SecretBytes, info: Encoding.ASCII.GetBytes($"jinbang/play-key/1/{game}")));
}
