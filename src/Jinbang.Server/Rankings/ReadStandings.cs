using System.Text.Json;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Ranking;
using Jinbang.Server.Access;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>Reads lines of a window.</summary>
internal sealed class ReadStandings(IBoards boards, TimeProvider time)
{
    public const int StandardPage = 50;
    public const int StandardAround = 21;
    public const int MostPlayers = 200;
    public const string NoEntry = "The player has no entry in this window.";

    private static readonly Refusal BadCursor = Refusal.Of("cursor", "It is no cursor of this window. A page's 'next' goes with the full name of its window.");

    private readonly PreparedPages prepared = new(boards, time);

    /// <summary>A page from a place on, or after a cursor.</summary>
    public Task PageAsync(HttpContext context)
    {
        if (Targets.FindWindow(context, boards, out var target) is { } missing)
        {
            return missing.WriteAsync(context);
        }

        var faults = new Faults();
        var query = new QueryFields(context, faults);
        var from = (int)query.Number("from", 1, 1, int.MaxValue);
        var limit = (int)query.Number("limit", StandardPage, 1, StandingsQuery.MostLines);
        var version = query.Number(VersionWait.Parameter, 0, 0, long.MaxValue);
        var after = default(StandingsCursor);
        var cursor = query.Text("cursor");
        if (cursor is not null && query.Text("from") is not null)
        {
            query.Fault("cursor", "Only one of from and cursor is allowed.");
        }

        if (faults.Refusal is { } invalid)
        {
            return invalid.WriteAsync(context);
        }

        if (cursor is not null)
        {
            return StandingsCursor.TryParse(cursor, out after) ? PageAfterAsync(context, target, cursor, after, limit, version) : BadCursor.WriteAsync(context);
        }

        if (from != 1)
        {
            return PageFromAsync(context, target, from, limit, version);
        }

        var current = boards.VersionAsync(target.Id);
        return current.IsCompletedSuccessfully ? FirstPageAsync(context, target, limit, version, current.Result) : AwaitFirstPageAsync(context, target, limit, version, current);
    }

    /// <summary>The lines around a player.</summary>
    public async Task AroundAsync(HttpContext context)
    {
        var player = default(PlayerId);
        if ((Targets.FindWindow(context, boards, out var target) ?? Targets.FindPlayer(context, boards, target.Id.Game, out player)) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var query = new QueryFields(context, faults);
        var limit = (int)query.Number("limit", StandardAround, 1, StandingsQuery.MostLines);
        var (page, refusal) = await ReadAsync(context, target, query, new StandingsQuery.Around(player, limit));
        if (refusal is null && page!.Lines.Count == 0)
        {
            refusal = Refusal.Missing(NoEntry);
        }

        await (refusal is not null ? refusal.WriteAsync(context) : LinesOf(target.Board, page!).WriteAsync(context));
    }

    /// <summary>A player's line.</summary>
    public async Task OneAsync(HttpContext context)
    {
        var player = default(PlayerId);
        if ((Targets.FindWindow(context, boards, out var target) ?? Targets.FindPlayer(context, boards, target.Id.Game, out player)) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var (page, refusal) = await ReadAsync(context, target, new QueryFields(context, new Faults()), new StandingsQuery.Of([player]));
        if (refusal is null && page!.Lines.Count == 0)
        {
            refusal = Refusal.Missing(NoEntry);
        }

        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var reply = new OneLineReply { Window = WindowReply.Of(page!.Window), Version = page.Version, Line = Lines.Of(target.Board, page.Lines[0]) };
        await ReadReply.Of(reply, RankingsJson.Wire.OneLineReply).WriteAsync(context);
    }

    /// <summary>The lines of some players, with their own ranking.</summary>
    public async Task AmongAsync(HttpContext context)
    {
        if (Targets.FindWindow(context, boards, out var target) is { } missing)
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
        var fields = new BodyFields(body, RankingsJson.Wire.PlayersBody, faults);
        var players = ReadPlayers(context, fields, target.Id.Game);
        var (page, refusal) = await ReadAsync(context, target, new QueryFields(context, faults), new StandingsQuery.Of(players));
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var reply = new LinesReply { Window = WindowReply.Of(page!.Window), Version = page.Version, Lines = Lines.Among(target.Board, page.Lines) };
        await JsonReply.WriteAsync(context, reply, RankingsJson.Wire.LinesReply);
    }

    /// <summary>The lines whose scores lie in a range.</summary>
    public async Task RangeAsync(HttpContext context)
    {
        if (Targets.FindWindow(context, boards, out var target) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var query = new QueryFields(context, new Faults());
        var best = ReadEnd(query, "best", target.Board, isBest: true);
        var worst = ReadEnd(query, "worst", target.Board, isBest: false);
        if (target.Board.Order.Compare(best, worst) > 0)
        {
            query.Fault("worst", "It is better than the best.");
        }

        var skip = (int)query.Number("skip", 0, 0, int.MaxValue);
        var limit = (int)query.Number("limit", StandardPage, 1, StandingsQuery.MostLines);
        var (page, refusal) = await ReadAsync(context, target, query, new StandingsQuery.Between(best, worst, skip, limit));
        await (refusal is not null ? refusal.WriteAsync(context) : LinesOf(target.Board, page!).WriteAsync(context));
    }

    private async Task AwaitFirstPageAsync(HttpContext context, WindowTarget target, int limit, long version, ValueTask<long> current) =>
        await FirstPageAsync(context, target, limit, version, await current);

    private Task FirstPageAsync(HttpContext context, in WindowTarget target, int limit, long version, long current) =>
        version <= current && prepared.Find(target, limit, current) is { } ready ? ready.WriteAsync(context) : PageFromAsync(context, target, from: 1, limit, version);

    private async Task PageFromAsync(HttpContext context, WindowTarget target, int from, int limit, long version)
    {
        if (await VersionWait.UntilAsync(context, boards, target.Id, version, time) is { } late)
        {
            await late.WriteAsync(context);
            return;
        }

        var catalog = boards.CatalogVersion;
        if (await boards.ReadAsync(target.Id, target.Window, new StandingsQuery.From(from, limit), context.RequestAborted) is not { } page)
        {
            await Targets.NoWindow.WriteAsync(context);
            return;
        }

        var isLast = (long)from - 1 + page.Lines.Count >= page.Window.Count;
        var reply = PageOf(target, page, isLast ? null : StandingsCursor.After(target.Id, page, limit));
        if (from == 1)
        {
            prepared.Keep(target, limit, page, catalog, reply);
        }

        await reply.WriteAsync(context);
    }

    private async Task PageAfterAsync(HttpContext context, WindowTarget target, string text, StandingsCursor cursor, int limit, long version)
    {
        if (await VersionWait.UntilAsync(context, boards, target.Id, version, time) is { } late)
        {
            await late.WriteAsync(context);
            return;
        }

        var page = await boards.ReadAsync(target.Id, target.Window, new StandingsQuery.After(cursor.Scores, cursor.Order, limit), context.RequestAborted);
        var refusal = page is null ? Targets.NoWindow : cursor.BelongsTo(text, target.Id, page.Window.Name) ? null : BadCursor;
        await (refusal is not null ? refusal.WriteAsync(context) : PageOf(target, page!, StandingsCursor.After(target.Id, page!, limit)).WriteAsync(context));
    }

    private async ValueTask<(StandingsPage? Page, Refusal? Refusal)> ReadAsync(HttpContext context, WindowTarget target, QueryFields query, StandingsQuery wanted)
    {
        var version = query.Number(VersionWait.Parameter, 0, 0, long.MaxValue);
        if ((query.Faults.Refusal ?? await VersionWait.UntilAsync(context, boards, target.Id, version, time)) is { } refusal)
        {
            return (null, refusal);
        }

        var page = await boards.ReadAsync(target.Id, target.Window, wanted, context.RequestAborted);
        return (page, page is null ? Targets.NoWindow : null);
    }

    private List<PlayerId> ReadPlayers(HttpContext context, in BodyFields fields, GameId game)
    {
        var players = new List<PlayerId>();
        if (!fields.TryGet("players", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostPlayers)
        {
            fields.Fault("players", $"A list of 1 to {MostPlayers} public ids is needed.");
            return players;
        }

        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            var word = BodyFields.TryReadText(item);
            var own = context.Caller().Player;
            if (word == Targets.Me && own.IsSome)
            {
                players.Add(own);
            }
            else if (!PublicId.TryParse(word, out var id))
            {
                fields.Fault($"players[{i}]", word == Targets.Me ? "'me' needs a player's token." : "It is no public id: they have 16 characters.");
            }
            else if (boards.TryFindPlayer(game, id, out var player))
            {
                // Who is not there (any more) has no entry.
                players.Add(player);
            }

            i++;
        }

        return players;
    }

    /// <summary>One end of a range: the score that is given with its best or worst tie-breakers, or the end of all scores.</summary>
    private static ScoreColumns ReadEnd(in QueryFields query, string name, BoardDefinition board, bool isBest)
    {
        Span<long> values = stackalloc long[ScoreColumns.Most];
        values.Clear();
        for (var i = 0; i < board.Columns.Count; i++)
        {
            values[i] = (board.Columns[i].Order == ScoreOrder.HigherIsBetter) == isBest ? long.MaxValue : long.MinValue;
        }

        if (query.Text(name) is { } text && ScoreFields.TryReadText(query, name, text, board.Columns[0], out var score))
        {
            values[0] = score;
        }

        return ScoreFields.Of(values);
    }

    private static ReadReply PageOf(in WindowTarget target, StandingsPage page, string? next) => ReadReply.Of(
        new StandingsReply { Window = WindowReply.Of(page.Window), Version = page.Version, Lines = Lines.Of(target.Board, page.Lines), Next = next },
        RankingsJson.Wire.StandingsReply);

    private static ReadReply LinesOf(BoardDefinition board, StandingsPage page) => ReadReply.Of(
        new LinesReply { Window = WindowReply.Of(page.Window), Version = page.Version, Lines = Lines.Of(board, page.Lines) },
        RankingsJson.Wire.LinesReply);
}
