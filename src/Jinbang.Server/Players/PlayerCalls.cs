using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;
using Jinbang.Server.Access;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Players;

/// <summary>What can be done with a player.</summary>
internal sealed class PlayerCalls(IBoards boards, PlayerTokens tokens)
{
    /// <summary>Makes a player known.</summary>
    public async Task RegisterAsync(HttpContext context)
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
        var externalId = ExternalIdField.Read(new BodyFields(body, PlayersJson.Wire.RegisterBody, faults), "external_id");
        if (faults.Refusal is { } invalid)
        {
            await invalid.WriteAsync(context);
            return;
        }

        if (await boards.RegisterAsync(game, [externalId]) is not [var player])
        {
            await Refusal.Unavailable.WriteAsync(context);
            return;
        }

        var reply = new RegisterReply { Player = boards.PublicIdOf(game, player).ToString(), ExternalId = TextOf(externalId.Utf8) };
        await JsonReply.WriteAsync(context, reply, PlayersJson.Wire.RegisterReply);
    }

    /// <summary>Makes a token for a player.</summary>
    public Task IssueAsync(HttpContext context)
    {
        if (Find(context, out var game, out var player) is { } missing)
        {
            return missing.WriteAsync(context);
        }

        var (token, expiresAt) = tokens.Issue(game, player);
        return JsonReply.WriteAsync(context, new TokenReply { Token = token, ExpiresAt = expiresAt }, PlayersJson.Wire.TokenReply);
    }

    /// <summary>Reads a player.</summary>
    public async Task ReadAsync(HttpContext context)
    {
        if (Find(context, out var game, out var player) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        await WritePlayerAsync(context, game, player);
    }

    /// <summary>Changes a profile.</summary>
    public async Task ChangeAsync(HttpContext context)
    {
        if (Find(context, out var game, out var player) is { } missing)
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
        var change = ProfileReading.Read(body, faults);
        if (faults.Refusal is { } invalid)
        {
            await invalid.WriteAsync(context);
            return;
        }

        if (await boards.ChangeProfileAsync(game, player, change) == ProfileOutcome.Unavailable)
        {
            await Refusal.Unavailable.WriteAsync(context);
            return;
        }

        await WritePlayerAsync(context, game, player);
    }

    /// <summary>Removes a profile.</summary>
    public async Task DeleteProfileAsync(HttpContext context)
    {
        if (Find(context, out var game, out var player) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var outcome = await boards.DeleteProfileAsync(game, player);
        await (outcome == ProfileOutcome.Unavailable ? Refusal.Unavailable.WriteAsync(context) : context.WriteDone());
    }

    /// <summary>Forgets a player.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        if (Find(context, out var game, out var player) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        await (await boards.DeletePlayerAsync(game, player) ? context.WriteDone() : Refusal.Unavailable.WriteAsync(context));
    }

    /// <summary>Gives out all that is stored about a player.</summary>
    public async Task ExportAsync(HttpContext context)
    {
        if (Find(context, out var game, out var player) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        if (await boards.ExportAsync(game, player, context.RequestAborted) is not { } export)
        {
            await Targets.NoPlayer.WriteAsync(context);
            return;
        }

        context.Response.Headers.ContentDisposition = $"attachment; filename=\"player-{export.Player}.json\"";
        await JsonReply.WriteAsync(context, ReplyOf(game, export), PlayersJson.Wire.ExportReply);
    }

    private Refusal? Find(HttpContext context, out GameId game, out PlayerId player)
    {
        player = default;
        return Targets.FindGame(context, boards, out game) ?? Targets.FindPlayer(context, boards, game, out player);
    }

    private async Task WritePlayerAsync(HttpContext context, GameId game, PlayerId player)
    {
        var profile = (await boards.ReadProfilesAsync(game, [player], context.RequestAborted))[0];
        var caller = context.Caller();
        string? externalId = null;
        if (caller.IsTrusted || caller.Player == player)
        {
            externalId = TextOf((await boards.ReadExternalIdsAsync(game, [player], context.RequestAborted))[0].Utf8);
        }

        var reply = new PlayerReply
        {
            Player = boards.PublicIdOf(game, player).ToString(),
            ExternalId = externalId,
            Nickname = TextOf(profile?.Nickname),
            Avatar = TextOf(profile?.Avatar),
            Sex = profile?.Sex,
            Province = TextOf(profile?.Province),
            City = TextOf(profile?.City),
            Country = TextOf(profile?.Country),
        };
        await JsonReply.WriteAsync(context, reply, PlayersJson.Wire.PlayerReply);
    }

    private ExportReply ReplyOf(GameId game, PlayerExport export)
    {
        var profile = export.Profile;
        return new ExportReply
        {
            Player = export.Player.ToString(),
            ExternalId = TextOf(export.ExternalId.Utf8),
            Nickname = TextOf(profile?.Nickname),
            Avatar = TextOf(profile?.Avatar),
            Sex = profile?.Sex,
            Province = TextOf(profile?.Province),
            City = TextOf(profile?.City),
            Country = TextOf(profile?.Country),
            Entries = [.. export.Entries.Select(entry => ReplyOf(BoardOf(game, entry.Board), entry))],
            Submissions = [.. export.Submissions.Select(board => new ExportedSubmissionsReply
            {
                Board = board.Board,
                Lines = [.. board.Submissions.Select(line => ReplyOf(BoardOf(game, board.Board), line))],
            })],
        };
    }

    private static ExportedEntryReply ReplyOf(BoardDefinition board, ExportedEntry entry) => new()
    {
        Board = entry.Board,
        Window = entry.Window.ToString(),
        Rank = entry.Standing.Rank.Place,
        Score = ScoreFields.TextOf(board, entry.Standing.Entry.Scores),
        TieBreakers = ScoreFields.TieBreakersOf(board, entry.Standing.Entry.Scores),
        Metadata = RawJson.Of(entry.Metadata),
    };

    private static ExportedSubmissionReply ReplyOf(BoardDefinition board, StoredSubmission line) => new()
    {
        Number = line.Number,
        At = line.At,
        Result = line.Result,
        Score = ScoreFields.TextOf(board, line.Submitted),
        TieBreakers = ScoreFields.TieBreakersOf(board, line.Submitted),
        IdempotencyKey = line.Key,
        Metadata = RawJson.Of(line.Metadata),
    };

    private BoardDefinition BoardOf(GameId game, string board) =>
        boards.FindBoard(new BoardId(game, board)) ?? throw new KeyNotFoundException("The board was deleted while a player's data were read.");

    private static string TextOf(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static string? TextOf(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);
}
