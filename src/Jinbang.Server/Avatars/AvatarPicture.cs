using System.Globalization;
using System.Net;
using SkiaSharp;

namespace Jinbang.Server.Avatars;

/// <summary>A picture as pages get it.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="ContentType">Its type.</param>
internal sealed record AvatarPicture(byte[] Bytes, string ContentType)
{
    /// <summary>The most pixels of a side of what is decoded: a small file may hold a huge picture.</summary>
    public const int MostSide = 4096;

    private static readonly string[] Tints = ["#8e1419", "#7a4a00", "#2f5d34", "#1c4f9c", "#6a2c7a", "#7b3413", "#0f5b66", "#5b5236"];

    /// <summary>Makes a square picture of what was fetched: decoded, its middle cut out, and written anew, so that nothing but pixels is left of it. Null when it is none.</summary>
    /// <param name="file">What was fetched.</param>
    /// <param name="side">The side in pixels.</param>
    public static AvatarPicture? Of(byte[] file, int side)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.Info.Width is < 1 or > MostSide || codec.Info.Height is < 1 or > MostSide)
        {
            return null;
        }

        using var bitmap = SKBitmap.Decode(codec);
        if (bitmap is null)
        {
            return null;
        }

        var least = Math.Min(bitmap.Width, bitmap.Height);
        var middle = SKRectI.Create((bitmap.Width - least) / 2, (bitmap.Height - least) / 2, least, least);
        using var square = new SKBitmap(new SKImageInfo(side, side));
        using (var canvas = new SKCanvas(square))
        using (var image = SKImage.FromBitmap(bitmap))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawImage(image, middle, SKRect.Create(side, side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        using var written = square.Encode(SKEncodedImageFormat.Png, 100);
        return new AvatarPicture(written.ToArray(), "image/png");
    }

    /// <summary>The disc with an initial that stands in for a picture.</summary>
    public static AvatarPicture Initial(string nickname, string player)
    {
        var initial = nickname.Length > 0 ? StringInfo.GetNextTextElement(nickname).ToUpperInvariant() : "·";
        var tint = Tints[player.Length > 0 ? player[^1] % Tints.Length : 0];
        var svg = $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="24" fill="{tint}"/><text x="24" y="25" fill="#fff" font-family="system-ui, sans-serif" font-size="22" font-weight="700" text-anchor="middle" dominant-baseline="central">{WebUtility.HtmlEncode(initial.Length <= 24 ? initial : "·")}</text></svg>
            """;
        return new AvatarPicture(System.Text.Encoding.UTF8.GetBytes(svg), "image/svg+xml; charset=utf-8");
    }
}
