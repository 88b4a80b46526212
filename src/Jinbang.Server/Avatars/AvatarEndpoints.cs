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
internal sealed class AvatarEndpoints : IDisposable
{
    private const int MostKept = 64 * 1024 * 1024;
    private const int MostAtOnce = 16;
    private const int UsualSide = 96;

    private static readonly int[] Sides = [48, 96, 192];
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    private readonly IBoards boards;
    private readonly AvatarSource source;
    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly SemaphoreSlim working = new(MostAtOnce);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<AvatarPicture?>> fetching = [];

    public AvatarEndpoints(IBoards boards, AvatarSettings settings, TimeProvider time)
    {
        this.boards = boards;
        source = new AvatarSource(settings, time);
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/avatars/{game}/{player}", ["GET", "HEAD"], HandleAsync).ExcludeFromDescription();

    public void Dispose()
    {
        source.Dispose();
        kept.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var side = int.TryParse(context.Request.Query["s"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && Sides.Contains(wanted) ? wanted : UsualSide;
        var (player, profile) = await FindAsync(context);
        var nickname = profile?.Nickname is { Length: > 0 } utf8 ? Encoding.UTF8.GetString(utf8).Trim() : "";
        var picture = profile?.Avatar is { Length: > 0 } address ? await PictureAsync(Encoding.UTF8.GetString(address), side) : null;
        await WriteAsync(context, picture ?? AvatarPicture.Initial(nickname, player));
    }

    private async Task<(string Player, Profile? Profile)> FindAsync(HttpContext context)
    {
        try
        {
            if (boards.IsReady && GameId.TryParse((string)context.GetRouteValue("game")!, out var game) && boards.FindGame(game) is not null && PublicId.TryParse((string)context.GetRouteValue("player")!, out var id)
                && boards.TryFindPlayer(game, id, out var player))
            {
                return (id.ToString(), (await boards.ReadProfilesAsync(game, [player], context.RequestAborted))[0]);
            }
        }
        catch (StoreUnavailableException)
        {
            // Then a disc.
        }

        return ("", null);
    }

    /// <summary>Each picture is fetched once at a time, and no more of them than there are hands; who finds all busy gets a disc for now.</summary>
    private async Task<AvatarPicture?> PictureAsync(string address, int side)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{side} {address}");
        if (kept.TryGetValue(key, out AvatarPicture? known))
        {
            return known;
        }

        Task<AvatarPicture?>? fetch;
        lock (gate)
        {
            if (!fetching.TryGetValue(key, out fetch))
            {
                if (!working.Wait(0))
                {
                    return null;
                }

                fetching.Add(key, fetch = Task.Run(() => FetchAsync(key, address, side)));
            }
        }

        return await fetch;
    }

    private async Task<AvatarPicture?> FetchAsync(string key, string address, int side)
    {
        try
        {
            var picture = await source.FetchAsync(address) is { } file ? AvatarPicture.Of(file, side) : null;
            kept.Set(key, picture, new MemoryCacheEntryOptions { Size = picture?.Bytes.Length ?? key.Length, AbsoluteExpirationRelativeToNow = picture is null ? ForgottenAfter : KeptFor });
            return picture;
        }
        finally
        {
            lock (gate)
            {
                fetching.Remove(key);
            }

            working.Release();
        }
    }

    private static Task WriteAsync(HttpContext context, AvatarPicture picture)
    {
        var headers = context.Response.Headers;
        headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(picture.Bytes).AsSpan(0, 12))}\"";
        headers.CacheControl = "public, max-age=300, stale-while-revalidate=3600";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-site";
        if (context.Request.Headers.IfNoneMatch == headers.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = picture.ContentType;
        context.Response.ContentLength = picture.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(picture.Bytes).AsTask();
    }
}
