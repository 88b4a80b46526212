using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using SkiaSharp;

namespace Jinbang.Server.Avatars;

// What was fetched is bytes that a stranger chose. Before the library sees them they must begin like one of four formats, so that its rarer readers (raw pictures of cameras, icons) are out of
// reach; before a pixel is decoded, the size that the file claims is held against a bound, so that a small file cannot ask for gigabytes. Only pixels go on: place, camera and further frames do not.

/// <summary>A picture as pages get it.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="ContentType">Its type.</param>
internal sealed record AvatarPicture(byte[] Bytes, string ContentType)
{
    /// <summary>The most pixels of a side of what is decoded: a small file may hold a huge picture.</summary>
    public const int MostSide = 4096;

    /// <summary>The most pixels of what is decoded: 16 MiB while it lasts.</summary>
    public const int MostPixels = 4 * 1024 * 1024;

    private const string NoInitial = "·";

    /// <summary>The longest initial: marks can be heaped on one letter without end.</summary>
    private const int LongestInitial = 24;

    private static readonly string[] Tints = ["#8e1419", "#7a4a00", "#2f5d34", "#1c4f9c", "#6a2c7a", "#7b3413", "#0f5b66", "#5b5236"];

    /// <summary>Makes a square picture of what was fetched: decoded, upright, its middle cut out, and written anew, so that nothing but pixels is left of it. Null when it is none, or not a whole one.</summary>
    /// <param name="file">What was fetched.</param>
    /// <param name="side">The side in pixels.</param>
    public static AvatarPicture? Of(ReadOnlySpan<byte> file, int side)
    {
        if (!HasKnownFormat(file))
        {
            return null;
        }

        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.Info.Width is < 1 or > MostSide || codec.Info.Height is < 1 or > MostSide || codec.Info.Width * codec.Info.Height > MostPixels)
        {
            return null;
        }

        // Some formats decode to a fraction of their size for less.
        var size = codec.GetScaledDimensions(Math.Min(1f, side / (float)Math.Min(codec.Info.Width, codec.Info.Height)));
        using var colours = SKColorSpace.CreateSrgb();
        using var bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul, colours));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            return null;
        }

        // Otherwise drawing it begins with a copy.
        bitmap.SetImmutable();
        using var square = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Premul, colours));
        using (var canvas = new SKCanvas(square))
        using (var image = SKImage.FromBitmap(bitmap))
        {
            // A turn by a quarter swaps the sides; the middle and the shorter one stay.
            var upright = UprightOf(codec.EncodedOrigin, size.Width, size.Height);
            var bounds = upright.MapRect(SKRect.Create(size.Width, size.Height));
            canvas.Clear(SKColors.White);
            canvas.Translate(side / 2f, side / 2f);
            canvas.Scale(side / Math.Min(bounds.Width, bounds.Height));
            canvas.Translate(-bounds.MidX, -bounds.MidY);
            canvas.Concat(upright);
            canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        using var written = square.Encode(SKEncodedImageFormat.Png, 100);
        return new AvatarPicture(written.ToArray(), "image/png");
    }

    /// <summary>The disc with an initial that stands in for a picture: the first letter of the nickname that can be seen, as people count letters.</summary>
    public static AvatarPicture Initial(string nickname, string player)
    {
        var initial = NoInitial;
        for (var letters = StringInfo.GetTextElementEnumerator(nickname); initial == NoInitial && letters.MoveNext();)
        {
            var letter = letters.GetTextElement();
            initial = letter.Length <= LongestInitial && letter.EnumerateRunes().Any(IsVisible) && letter.All(static part => XmlConvert.IsXmlChar(part) || char.IsSurrogate(part))
                ? letter.ToUpperInvariant()
                : NoInitial;
        }

        var tint = Tints[player.Length > 0 ? player[^1] % Tints.Length : 0];
        var svg = $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="24" fill="{tint}"/><text x="24" y="25" fill="#fff" font-family="system-ui, sans-serif" font-size="22" font-weight="700" text-anchor="middle" dominant-baseline="central">{WebUtility.HtmlEncode(initial)}</text></svg>
            """;
        return new AvatarPicture(Encoding.UTF8.GetBytes(svg), "image/svg+xml; charset=utf-8");
    }

    private static bool HasKnownFormat(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) || file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8]) || file.StartsWith("GIF8"u8)
        || (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8));

    /// <summary>Turns stored pixels the way the camera was held.</summary>
    private static SKMatrix UprightOf(SKEncodedOrigin origin, float width, float height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
