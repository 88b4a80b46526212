using Jinbang.Boards;
using Jinbang.Ranking;
using Microsoft.Extensions.Primitives;

namespace Jinbang.Server.Access;

/// <summary>All that is accepted as a proof of who calls.</summary>
internal sealed class Credentials(IBoards boards, OperatorKeys operatorKeys, PlayKeys playKeys, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    public ApiKeys Keys { get; } = new(boards, time);

    public PlayerTokens Tokens { get; } = new(boards, time);

    public OperatorKeys Operator => operatorKeys;

    public PlayKeys PlayKeys => playKeys;

    /// <summary>Whether callers can be told apart yet.</summary>
    public bool AreReady => boards.IsReady && Keys.IsLoaded;

    /// <summary>Reads all that is stored of keys: when the boards are ready, and when another server may have changed some.</summary>
    public async Task LoadAsync()
    {
        await Keys.LoadAsync();
        await Operator.LoadAsync();
    }

    /// <summary>Who calls by the header <c>Authorization</c>; null when it is missing or no valid credential of ours.</summary>
    public Caller? Read(StringValues authorization)
    {
        if (authorization.Count != 1 || authorization[0] is not { } header || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[PlayerTokens.LongestText];
        if (!CredentialText.TryGetBytes(header.AsSpan(Scheme.Length).Trim(' '), buffer, out var text))
        {
            return null;
        }

        if (text.StartsWith("jbp_"u8))
        {
            return Tokens.TryRead(text, out var game, out var player) ? new Caller(Who.Player, game, player) : null;
        }

        if (text.Length != CredentialText.KeyLength)
        {
            return null;
        }

        if (text.StartsWith("jbo_"u8))
        {
            return operatorKeys.Has(text) ? new Caller(Who.Operator, default, default) : null;
        }

        if (Keys.TryFind(text, out var key))
        {
            return new Caller(key.Kind switch { KeyKind.Client => Who.Client, KeyKind.Server => Who.Server }, key.Game, default);
        }

        return playKeys.TryFind(text, out var played) ? new Caller(Who.Client, played, default) : null;
    }
}
