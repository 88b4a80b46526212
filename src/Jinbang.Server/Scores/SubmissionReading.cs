using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Scores;

/// <summary>From a body to a submission, by what the caller may say.</summary>
internal sealed class SubmissionReading(HttpContext context, IBoards boards)
{
    public const string KeyHeader = "Idempotency-Key";

    private readonly Caller caller = context.Caller();

    /// <summary>Reads one.</summary>
    /// <param name="body">The object.</param>
    /// <param name="shape">Which fields it may have.</param>
    /// <param name="target">The board.</param>
    /// <param name="header">The key that the request's header names; null for none.</param>
    /// <param name="submission">The submission.</param>
    /// <returns>Why not; null when it is read.</returns>
    public Refusal? Read(JsonElement body, JsonTypeInfo shape, in BoardTarget target, string? header, out SubmissionRequest? submission)
    {
        submission = null;
        if (!MayWrite(target.Board.Writers))
        {
            return new Refusal(ProblemCode.Forbidden, $"Scores of this board are taken {(target.Board.Writers == Writers.Server ? "from the game's server only." : "with a player's token only.")}");
        }

        var faults = new Faults();
        var fields = new BodyFields(body, shape, faults);
        var scores = ScoreFields.Read(fields, target.Board);
        var refusal = ReadPlayer(fields, target.Id.Game, out var player, out var externalId);
        var request = new SubmissionRequest
        {
            Scores = scores,
            Player = player,
            ExternalId = externalId,
            Key = ReadKey(fields, header),
            Metadata = ReadMetadata(fields, target.Board),
            Window = ReadWindow(fields),
        };
        if (faults.Refusal is { } invalid)
        {
            return invalid;
        }

        if (refusal is null && request.Window is not null && !caller.IsTrusted)
        {
            refusal = new Refusal(ProblemCode.Forbidden, "Only a server key may name the window.");
        }

        submission = refusal is null ? request : null;
        return refusal;
    }

    private bool MayWrite(Writers writers) => caller.IsTrusted || writers switch
    {
        Writers.Client => caller.Kind is Who.Client or Who.Player,
        Writers.Player => caller.Kind == Who.Player,
        Writers.Server => false,
    };

    private Refusal? ReadPlayer(in BodyFields fields, GameId game, out PlayerId player, out ExternalId externalId)
    {
        player = default;
        externalId = default;
        var isNamed = fields.TryGet("player", out _);
        var isGiven = fields.TryGet("external_id", out _);
        if (caller.Kind == Who.Player)
        {
            if (isGiven)
            {
                fields.Fault("external_id", "A player's token says whose score it is.");
            }

            player = caller.Player;
            return isNamed && fields.Text("player") is { } own && own != Targets.Me && !IsPlayer(game, own, player)
                ? new Refusal(ProblemCode.Forbidden, "A player's token may only submit for himself.")
                : null;
        }

        if (caller.Kind == Who.Client && isNamed)
        {
            fields.Fault("player", "With a client key, external_id says whose score it is: public ids are public.");
            return null;
        }

        if (isNamed == isGiven)
        {
            fields.Fault(isNamed ? "player" : "external_id", caller.Kind == Who.Client ? "It is missing." : "Exactly one of player and external_id is needed.");
            return null;
        }

        if (isGiven)
        {
            externalId = ExternalIdField.Read(fields, "external_id");
            return null;
        }

        return fields.Text("player") is { } id ? Targets.FindPlayer(context, boards, game, id, "player", out player) : null;
    }

    private bool IsPlayer(GameId game, string id, PlayerId player) => PublicId.TryParse(id, out var parsed) && boards.TryFindPlayer(game, parsed, out var found) && found == player;

    private static string? ReadKey(in BodyFields fields, string? header)
    {
        var key = fields.Text("idempotency_key");
        if (key is not null && header is not null && key != header)
        {
            fields.Fault("idempotency_key", $"The header {KeyHeader} says another.");
        }

        key ??= header;
        if (key is not null && (key.Length is 0 or > SubmissionRequest.LongestKey || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            fields.Fault("idempotency_key", $"1 to {SubmissionRequest.LongestKey} printable ASCII characters without spaces are allowed.");
        }

        return key;
    }

    private static byte[]? ReadMetadata(in BodyFields fields, BoardDefinition board)
    {
        if (!fields.TryGet("metadata", out var value))
        {
            return null;
        }

        var compact = RawJson.Compact(JsonMarshal.GetRawUtf8Value(value));
        if (compact.Length > board.MetadataBytes)
        {
            fields.Fault("metadata", board.MetadataBytes == 0 ? "The board takes none." : $"At most {board.MetadataBytes} bytes are allowed, written compactly; these are {compact.Length}.");
        }

        return compact;
    }

    private static WindowName? ReadWindow(in BodyFields fields)
    {
        if (fields.Text("window") is not { } text)
        {
            return null;
        }

        if (WindowName.TryParse(text, out var window))
        {
            return window;
        }

        fields.Fault("window", "It is no window's name: a rule as in 'daily', or a rule and a key as in 'daily:2026-11-24' is allowed.");
        return null;
    }
}
