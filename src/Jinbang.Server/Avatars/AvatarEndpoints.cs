using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Jinbang.Server.Avatars;

/// <summary>
/// Players' pictures from this server's own address, so that pages load nothing from a host that a player chose. A path names a player; where his picture lies only his profile says. There is always an
/// answer: who has no picture that may be shown gets a disc with his initial.
/// </summary>
internal sealed partial class AvatarEndpoints : IDisposable
{
    private const int UsualSide = 96;

    /// <summary>How long browsers keep a picture, and may show it while they ask again.</summary>
    private const string Lasting = "public, max-age=300, stale-while-revalidate=3600";

    /// <summary>For a disc in place of a picture that could not be had, until it is asked for again.</summary>
    private const string Passing = "public, max-age=60";

    /// <summary>For a disc because there is too much to do, or the boards cannot be asked.</summary>
    private const string Momentary = "public, max-age=5";

    /// <summary>What a kept picture takes beside its bytes, about: what is none takes room too.</summary>
    private const int KeptBytes = 2 * 1024;

    private static readonly int[] Sides = [48, 96, 192];
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    private readonly IBoards boards;
    private readonly AvatarSource source;
    private readonly AvatarSettings settings;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly MemoryCache kept;

    // Half of the machine at the most makes pictures; the classic calls have the other.
    private readonly SemaphoreSlim making = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<AvatarPicture?>> fetching = new(StringComparer.Ordinal);
    private DateTimeOffset quietUntil;
    private bool isStopped;

    public AvatarEndpoints(IBoards boards, AvatarSettings settings, TimeProvider time, ILogger<AvatarEndpoints> logger)
    {
        (this.boards, this.settings, this.time, this.logger) = (boards, settings, time, logger);
        source = new AvatarSource(settings, time);
        kept = new MemoryCache(new MemoryCacheOptions { SizeLimit = settings.CacheBytes });
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/avatars/{game}/{player}", ["GET", "HEAD"], HandleAsync).ExcludeFromDescription();

    public void Dispose()
    {
        source.Dispose();
        lock (gate)
        {
            isStopped = true;
            kept.Dispose();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var side = int.TryParse(context.Request.Query["s"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && Sides.Contains(wanted) ? wanted : UsualSide;
        var (player, profile, lasts) = await FindAsync(context);
        AvatarPicture? picture = null;
        if (profile?.Avatar is { Length: > 0 } address && Uri.TryCreate(Encoding.UTF8.GetString(address), UriKind.Absolute, out var url) && source.TargetOf(url) is { } target)
        {
            (picture, lasts) = await PictureAsync(target, side);
        }

        var nickname = profile?.Nickname is { Length: > 0 } utf8 ? Encoding.UTF8.GetString(utf8) : "";
        await WriteAsync(context, picture ?? AvatarPicture.Initial(nickname, player), lasts);
    }

    private async Task<(string Player, Profile? Profile, string Lasts)> FindAsync(HttpContext context)
    {
        try
        {
            if (!boards.IsReady)
            {
                return ("", null, Momentary);
            }

            if (GameId.TryParse((string)context.GetRouteValue("game")!, out var game) && boards.FindGame(game) is not null && PublicId.TryParse((string)context.GetRouteValue("player")!, out var id)
                && boards.TryFindPlayer(game, id, out var player))
            {
                return (id.ToString(), (await boards.ReadProfilesAsync(game, [player], context.RequestAborted))[0], Lasting);
            }
        }
        catch (Exception fault) when (fault is StoreUnavailableException or BoardElsewhereException)
        {
            return ("", null, Momentary);
        }
        catch (KeyNotFoundException)
        {
            // The game was deleted this moment.
        }

        return ("", null, Lasting);
    }

    /// <summary>Each picture is fetched once at a time, and no more of them than there are hands; who finds all busy gets a disc for now.</summary>
    private async Task<(AvatarPicture? Picture, string Lasts)> PictureAsync(Uri target, int side)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{side} {target.AbsoluteUri}");
        Task<AvatarPicture?>? fetch = null;
        if (!kept.TryGetValue(key, out AvatarPicture? picture))
        {
            lock (gate)
            {
                // It may have come meanwhile.
                if (!fetching.TryGetValue(key, out fetch) && !kept.TryGetValue(key, out picture))
                {
                    if (fetching.Count >= settings.Concurrency)
                    {
                        return (null, Momentary);
                    }

                    fetching.Add(key, fetch = Task.Run(() => FetchAsync(key, target, side)));
                }
            }
        }

        picture = fetch is null ? picture : await fetch;
        return (picture, picture is null ? Passing : Lasting);
    }

    private async Task<AvatarPicture?> FetchAsync(string key, Uri target, int side)
    {
        var picture = await TryMakeAsync(target, side);
        lock (gate)
        {
            if (isStopped)
            {
                return picture;
            }

            kept.Set(key, picture, new MemoryCacheEntryOptions { Size = KeptBytes + (picture?.Bytes.Length ?? 0), AbsoluteExpirationRelativeToNow = picture is null ? ForgottenAfter : KeptFor });
            fetching.Remove(key);
        }

        return picture;
    }

    private async Task<AvatarPicture?> TryMakeAsync(Uri target, int side)
    {
        try
        {
            if (await source.FetchAsync(target) is not { } file)
            {
                Complain(target, null);
                return null;
            }

            await making.WaitAsync();
            try
            {
                // On a thread of its own: those of the pool answer requests.
                var picture = await Task.Factory.StartNew(() => AvatarPicture.Of(file.Span, side), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                if (picture is null)
                {
                    Complain(target, null);
                }

                return picture;
            }
            finally
            {
                making.Release();
            }
        }
        catch (Exception fault)
        {
            // A fault of ours, or a library that cannot be loaded: visitors see discs.
            Complain(target, fault);
            return null;
        }
    }

    /// <summary>Says that a picture could not be had, once a minute at the most.</summary>
    private void Complain(Uri target, Exception? fault)
    {
        lock (gate)
        {
            if (time.GetUtcNow() < quietUntil)
            {
                return;
            }

            quietUntil = time.GetUtcNow() + ForgottenAfter;
        }

        LogFailed(logger, target.IdnHost, fault);
    }

    private static Task WriteAsync(HttpContext context, AvatarPicture picture, string lasts)
    {
        var headers = context.Response.Headers;
        headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(picture.Bytes).AsSpan(0, 12))}\"";
        headers.CacheControl = lasts;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";

        // Games on other hosts show it too, also on a canvas.
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (context.Request.Headers.IfNoneMatch == headers.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = picture.ContentType;
        context.Response.ContentLength = picture.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(picture.Bytes).AsTask();
    }

    [LoggerMessage(EventId = 80, Level = LogLevel.Warning, Message = "A picture of {Host} cannot be had, a disc is shown. Others in the next minute are not mentioned")]
    private static partial void LogFailed(ILogger logger, string host, Exception? fault);
}
