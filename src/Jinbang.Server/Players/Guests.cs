using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Players;
using Jinbang.Server.Access;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Players;

/// <summary>
/// Signs in players whom no platform vouches for: by a secret that they keep. The store knows its digest alone, so that what is stolen from it signs nobody in.
/// </summary>
internal sealed class Guests(IBoards boards, PlayerTokens tokens)
{
    private const string Prefix = "jbg_";
    private const int SecretBytes = 32;

    public async Task HandleAsync(HttpContext context)
    {
        if (Targets.FindGame(context, boards, out var game) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var (body, unread) = await JsonBody.ReadAsync(context);
        if (unread is not null)
        {
            await unread.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var fields = new BodyFields(body, PlayersJson.Wire.GuestBody, faults);
        var given = fields.Text("secret");
        if (given is not null && !IsSecret(given))
        {
            fields.Fault("secret", "It is none that a guest was given.");
        }

        if (faults.Refusal is { } invalid)
        {
            await invalid.WriteAsync(context);
            return;
        }

        var secret = given ?? New();
        if (await boards.RegisterAsync(game, [IdOf(secret)]) is not [var player])
        {
            await Refusal.Unavailable.WriteAsync(context);
            return;
        }

        var (token, expiresAt) = tokens.Issue(game, player);
        var reply = new GuestReply { Player = boards.PublicIdOf(game, player).ToString(), Secret = given is null ? secret : null, Token = token, ExpiresAt = expiresAt };
        await JsonReply.WriteAsync(context, reply, PlayersJson.Wire.GuestReply);
    }

    private static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    private static bool IsSecret(string text)
    {
        Span<byte> bytes = stackalloc byte[SecretBytes];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length == Prefix.Length + 43
            && Base64Url.TryDecodeFromChars(text.AsSpan(Prefix.Length), bytes, out var length) && length == SecretBytes
            && Base64Url.EncodeToString(bytes) == text[Prefix.Length..];
    }

    private static ExternalId IdOf(string secret) =>
        ExternalId.Copy(Encoding.ASCII.GetBytes($"guest:{Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(secret)))}"));
}
