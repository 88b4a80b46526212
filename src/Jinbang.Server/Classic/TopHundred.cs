using Jinbang.Boards;
using Microsoft.Extensions.Primitives;

namespace Jinbang.Server.Classic;

/// <summary><c>GET tpinball_score</c>: the first hundred places.</summary>
internal static class TopHundred
{
    public static Task HandleAsync(HttpContext context, ClassicGame game, IBoards boards)
    {
        var head = boards.HeadAsync(game.Board, context.RequestAborted);
        if (head.IsCompletedSuccessfully)
        {
            return WriteAsync(context, game.ListOf(head.Result));
        }

        return AwaitAsync(context, game, head);
    }

    private static async Task AwaitAsync(HttpContext context, ClassicGame game, ValueTask<BoardHead> head) => await WriteAsync(context, game.ListOf(await head));

    private static Task WriteAsync(HttpContext context, TopHundredBytes list)
    {
        var headers = context.Response.Headers;
        headers.Vary = headers.Vary.Count == 0 ? "Accept-Encoding" : "Origin, Accept-Encoding";
        var accepted = context.Request.Headers.AcceptEncoding;
        if (accepted.Count > 0)
        {
            if (Accepts(accepted, "br") && list.Brotli() is { } brotli)
            {
                headers.ContentEncoding = "br";
                return ClassicReplies.WriteAsync(context, brotli);
            }

            if (Accepts(accepted, "gzip") && list.Gzip() is { } gzip)
            {
                headers.ContentEncoding = "gzip";
                return ClassicReplies.WriteAsync(context, gzip);
            }
        }

        return ClassicReplies.WriteAsync(context, list.Plain);
    }

    private static bool Accepts(StringValues accepted, string coding)
    {
        foreach (var header in accepted)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var item = header.AsSpan(range).Trim();
                var parameters = item.IndexOf(';');
                if ((parameters < 0 ? item : item[..parameters].TrimEnd()).Equals(coding, StringComparison.OrdinalIgnoreCase))
                {
                    return parameters < 0 || !IsZero(item[(parameters + 1)..]);
                }
            }
        }

        return false;
    }

    /// <summary>Whether the parameters are <c>q=0</c>, which forbids the coding.</summary>
    private static bool IsZero(ReadOnlySpan<char> parameters)
    {
        var equals = parameters.IndexOf('=');
        return equals >= 0 && parameters[..equals].Trim().Equals("q", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parameters[(equals + 1)..].Trim(), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var weight)
            && weight == 0;
    }
}
