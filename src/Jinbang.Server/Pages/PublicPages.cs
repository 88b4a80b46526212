using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Server.Games;
using Jinbang.Server.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Caching.Memory;
using QRCoder;

namespace Jinbang.Server.Pages;

/// <summary>
/// The pages that anybody may look at: the landing page, a board, the same in a frame of another site, and a big screen for halls. Rendered here from components, complete without a script; a script only keeps them up to date.
/// </summary>
internal sealed class PublicPages : IDisposable
{
    private const string BoardPath = "/boards/{game}/{board}";
    private const int MostPages = 512;
    private const int MostPast = 24;
    private const int ScreenLines = 20;

    // A nickname may change without the board's version.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly IBoards boards;
    private readonly LiveHub hub;
    private readonly PageSettings settings;
    private readonly GameCatalog games;
    private readonly string version;
    private readonly IServiceProvider services;
    private readonly TimeProvider time;
    private readonly MemoryCache pages = new(new MemoryCacheOptions { SizeLimit = MostPages });

    public PublicPages(IBoards boards, LiveHub hub, PageSettings settings, GameCatalog games, string version, IServiceProvider services, TimeProvider time)
    {
        this.boards = boards;
        this.hub = hub;
        this.settings = settings;
        this.games = games;
        this.version = version;
        this.services = services;
        this.time = time;
    }

    /// <summary>Maps the pages.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], ShowHomeAsync).ExcludeFromDescription();
        routes.MapMethods(BoardPath, ["GET", "HEAD"], context => ShowAsync(context, isEmbedded: false)).ExcludeFromDescription();
        routes.MapMethods("/embed/{game}/{board}", ["GET", "HEAD"], context => ShowAsync(context, isEmbedded: true)).ExcludeFromDescription();
        routes.MapMethods("/screen/{game}/{board}", ["GET", "HEAD"], ShowScreenAsync).ExcludeFromDescription();
        routes.MapMethods($"{BoardPath}/live", ["GET"], StreamAsync).ExcludeFromDescription();
        routes.MapMethods($"{BoardPath}/lines", ["GET"], PollAsync).ExcludeFromDescription();
    }

    public void Dispose() => pages.Dispose();

    private async Task ShowHomeAsync(HttpContext context)
    {
        var texts = PageTexts.For(context.Request);
        var key = ("/", texts.Language, boards.IsReady);
        if (!pages.TryGetValue(key, out RenderedPage? page))
        {
            var shown = new List<HomeGame>();
            foreach (var game in games.Games.OrderBy(game => game == games.Default ? 0 : 1))
            {
                var board = boards.IsReady ? boards.FindBoard(game.Board) : null;
                if (board is null && boards.IsReady)
                {
                    // It was deleted.
                    continue;
                }

                shown.Add(new HomeGame(
                    game.Id.ToString(),
                    game.Name,
                    game.Board.Board,
                    settings.PlayOf(game.Id, isConfigured: true),
                    board is null ? [] : await TasteAsync(texts, game.Board, board, context.RequestAborted),
                    board is not null && shown.Count == 0 ? $"/boards/{game.Board}/live?window={board.Windows[0].Name}" : null));
            }

            page = await RenderAsync<HomePage>(0, null, new() { [nameof(HomePage.View)] = new HomeView(texts, shown, games.Default?.Id.ToString(), version) });
            pages.Set(key, page, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Fresh });
        }

        await PageEndpoints.WriteAsync(context, page!);
    }

    /// <summary>The first lines of a board; none when it cannot be read now.</summary>
    private async Task<IReadOnlyList<LineView>> TasteAsync(PageTexts texts, BoardId id, BoardDefinition board, CancellationToken cancellationToken)
    {
        try
        {
            var page = await boards.ReadAsync(id, new WindowName(board.Windows[0].Name, ""), new StandingsQuery.From(1, HomeView.TopLines), cancellationToken);
            return page is null ? [] : [.. page.Lines.Select(line => BoardView.LineOf(texts, id.Game.ToString(), board, line))];
        }
        catch (Exception fault) when (fault is StoreUnavailableException or BoardElsewhereException)
        {
            return [];
        }
    }

    private Task ShowAsync(HttpContext context, bool isEmbedded) => GuardAsync(context, async (texts, board, id) =>
    {
        var from = int.TryParse(context.Request.Query["from"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, int.MaxValue - BoardView.PageLines) : 1;
        var asked = context.Request.Query["player"].ToString().Trim();
        var (isAsked, key) = (asked.Length > 0, (id, WindowOf(context, board), from, texts.Language, isEmbedded));
        var version = await boards.VersionAsync(id);
        var page = isAsked || !pages.TryGetValue(key, out RenderedPage? kept) || kept!.Version != version || kept.Until <= time.GetUtcNow() ? null : kept;
        if (page is null)
        {
            if (await ViewAsync(texts, id, board, key.Item2, from, asked, context.RequestAborted) is not { } view)
            {
                return null;
            }

            page = await RenderAsync<BoardPage>(view.Version, view.Window.Ends, new() { [nameof(BoardPage.View)] = view with { IsEmbedded = isEmbedded } });
            if (!isAsked)
            {
                pages.Set(key, page, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Fresh });
            }
        }

        return page with { Frames = isEmbedded ? settings.EmbedHosts : [] };
    });

    private Task ShowScreenAsync(HttpContext context) => GuardAsync(context, async (texts, board, id) =>
    {
        var window = WindowOf(context, board);
        if (await ViewAsync(texts, id, board, window, from: 1, asked: "", context.RequestAborted) is not { } view)
        {
            return null;
        }

        // A screen that hangs for days goes on with the next day.
        var follows = window.Key == view.Window.Name.Key && context.Request.Query["window"].Count > 0 && !view.IsOpen ? window.ToString() : window.Rule;
        var address = view.PlayUrl is { } play ? new Uri(settings.Url ?? new Uri($"{context.Request.Scheme}://{context.Request.Host}"), play).AbsoluteUri : null;
        return await RenderAsync<ScreenPage>(view.Version, null, new()
        {
            [nameof(ScreenPage.View)] = view,
            [nameof(ScreenPage.Follows)] = follows,
            [nameof(ScreenPage.Address)] = address,
            [nameof(ScreenPage.Code)] = address is null ? default : CodeOf(address),
        });
    });

    /// <summary>Finds the board and shows a page of it, or says in the visitor's language why not.</summary>
    private async Task GuardAsync(HttpContext context, Func<PageTexts, BoardDefinition, BoardId, Task<RenderedPage?>> show)
    {
        var texts = PageTexts.For(context.Request);
        RenderedPage? page = null;
        try
        {
            if (boards.IsReady && Find(context) is var (id, board))
            {
                page = await show(texts, board, id);
            }
        }
        catch (Exception fault) when (fault is StoreUnavailableException or BoardElsewhereException)
        {
            page = await SayAsync(texts.Busy, texts.BusyText, StatusCodes.Status503ServiceUnavailable);
        }

        page ??= boards.IsReady ? await SayAsync(texts.Missing, texts.MissingText, StatusCodes.Status404NotFound) : await SayAsync(texts.Busy, texts.BusyText, StatusCodes.Status503ServiceUnavailable);
        await PageEndpoints.WriteAsync(context, page);

        async Task<RenderedPage> SayAsync(string heading, string text, int status)
        {
            var said = await RenderAsync<MissingPage>(0, null, new() { [nameof(MissingPage.Texts)] = texts, [nameof(MissingPage.Heading)] = heading, [nameof(MissingPage.Text)] = text });
            return said with { Status = status };
        }
    }

    private (BoardId Id, BoardDefinition Board)? Find(HttpContext context)
    {
        if (!GameId.TryParse((string)context.GetRouteValue("game")!, out var game) || context.GetRouteValue("board") is not string name)
        {
            return null;
        }

        var id = new BoardId(game, name);
        return settings.IsPublic(id, name == BoardDefinition.ClassicName && games.Find(game) is not null) && boards.FindBoard(id) is { } board ? (id, board) : null;
    }

    private static WindowName WindowOf(HttpContext context, BoardDefinition board) =>
        WindowName.TryParse(context.Request.Query["window"].ToString(), out var named) ? named : new WindowName(board.Windows[0].Name, "");

    private async Task<BoardView?> ViewAsync(PageTexts texts, BoardId id, BoardDefinition board, WindowName window, int from, string asked, CancellationToken cancellationToken)
    {
        if (await boards.ReadAsync(id, window, new StandingsQuery.From(from, BoardView.PageLines), cancellationToken) is not { } page)
        {
            return null;
        }

        var (listed, _) = await boards.ReadWindowsAsync(id, rule: null, cursor: 0, limit: MostPast + board.Windows.Count, cancellationToken);
        var shown = page.Window;
        var rule = board.Windows.FirstOrDefault(rule => rule.Name == shown.Name.Rule);
        LineView? own = null;
        if (asked.Length > 0 && PublicId.TryParse(asked, out var publicId) && boards.TryFindPlayer(id.Game, publicId, out var player)
            && await boards.ReadAsync(id, window, new StandingsQuery.Of([player]), cancellationToken) is { Lines: [var line, ..] })
        {
            own = BoardView.LineOf(texts, id.Game.ToString(), board, line);
        }

        return new BoardView
        {
            Texts = texts,
            Game = id.Game.ToString(),
            Board = id.Board,
            Title = board.Title is { Length: > 0 } title ? title : boards.FindGame(id.Game)?.Name is { Length: > 0 } name ? name : id.Game.ToString(),
            Window = shown,
            WindowTitle = BoardView.TitleOf(texts, shown.Name, shown.Kind, isShort: shown.State != WindowState.Closed),
            Ends = shown.Ends is { } ends ? BoardView.TimeIn(rule, ends) : null,
            Windows = [.. board.Windows.Select(rule => new WindowLink(rule.Name, BoardView.TitleOf(texts, new WindowName(rule.Name, ""), rule.Kind, isShort: true), shown.Name.Rule == rule.Name && shown.State != WindowState.Closed))],
            Past = [.. listed.Where(static past => past.State == WindowState.Closed).Take(MostPast).Select(past => new WindowLink(past.Name.ToString(), BoardView.TitleOf(texts, past.Name, past.Kind, isShort: false), past.Name == shown.Name))],
            Lines = [.. page.Lines.Select(line => BoardView.LineOf(texts, id.Game.ToString(), board, line))],
            From = from,
            Version = page.Version,
            Now = time.GetUtcNow(),
            PlayUrl = settings.PlayOf(id.Game, games.Find(id.Game) is not null),
            Asked = asked.Length > 0 ? asked : null,
            Own = own,
        };
    }

    private async Task<RenderedPage> RenderAsync<TComponent>(long version, DateTimeOffset? ends, Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        var bytes = Encoding.UTF8.GetBytes(html);
        return new RenderedPage(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"", version, ends ?? DateTimeOffset.MaxValue);
    }

    /// <summary>A QR code as the path of an SVG, a square a module, with the quiet zone that readers need.</summary>
    private static (string Box, string Path) CodeOf(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < data.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < data.ModuleMatrix.Count; x++)
            {
                if (data.ModuleMatrix[y][x])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return (string.Create(CultureInfo.InvariantCulture, $"0 0 {data.ModuleMatrix.Count} {data.ModuleMatrix.Count}"), path.ToString());
    }

    /// <summary>The window as it changes, for the pages' scripts. No ticket is needed: what it shows is public.</summary>
    private async Task StreamAsync(HttpContext context)
    {
        if (!boards.IsReady || Find(context) is not var (id, board))
        {
            context.Response.StatusCode = boards.IsReady ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable;
            return;
        }

        await LiveEndpoints.StreamAsync(context, hub, new LiveView(id, WindowOf(context, board), TopOf(context), default, 0));
    }

    /// <summary>The same for scripts that have no event streams, and ask again and again.</summary>
    private async Task PollAsync(HttpContext context)
    {
        try
        {
            if (!boards.IsReady || Find(context) is not var (id, board)
                || await boards.ReadAsync(id, WindowOf(context, board), new StandingsQuery.From(1, TopOf(context)), context.RequestAborted) is not { } page)
            {
                context.Response.StatusCode = boards.IsReady ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable;
                return;
            }

            var json = (byte[])[.. "{"u8, .. LiveJson.Head(board, page), .. "}"u8];
            await PageEndpoints.WriteAsync(context, new RenderedPage(json, $"\"{LiveJson.DigestOf(json):x16}\"", page.Version, DateTimeOffset.MaxValue) { ContentType = "application/json; charset=utf-8" });
        }
        catch (Exception fault) when (fault is StoreUnavailableException or BoardElsewhereException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
        }
    }

    private static int TopOf(HttpContext context) =>
        int.TryParse(context.Request.Query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var top) ? Math.Clamp(top, 1, BoardView.PageLines) : ScreenLines;
}

/// <summary>A page as it is sent.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="Tag">Its entity tag.</param>
/// <param name="Version">The board's version that it shows.</param>
/// <param name="Until">Until when it may be shown: a window that is over says so.</param>
internal sealed record RenderedPage(byte[] Bytes, string Tag, long Version, DateTimeOffset Until)
{
    public string ContentType { get; init; } = "text/html; charset=utf-8";

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Who may show it in a frame.</summary>
    public IReadOnlyList<string> Frames { get; init; } = [];
}
