using System.Buffers.Binary;
using System.Diagnostics;
using Jinbang.Server.Avatars;
using SkiaSharp;

namespace Jinbang.Server.Tests.Avatars;

public sealed class AvatarPictureTests
{
    private static readonly SKColor Red = new(220, 20, 20);
    private static readonly SKColor Blue = new(20, 20, 220);

    /// <summary>Two frames of two by two pixels, the first red, the second blue.</summary>
    private static readonly byte[] MovingGif =
    [
        .. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 220, 20, 20, 20, 20, 220,
        0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 2, 0x84, 0x51, 0,
        0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 2, 0x8c, 0x53, 0, 0x3b,
    ];

    [Fact]
    public void Of_a_moving_picture_the_first_frame_is_shown()
    {
        using var shown = SKBitmap.Decode(AvatarPicture.Of(MovingGif, 96)!.Bytes);
        Assert.True(Is(shown.GetPixel(48, 48), Red), $"{shown.GetPixel(48, 48)}");
    }

    // Of a picture with red on the left and blue on the right: where the red is when it is upright.
    [Theory]
    [InlineData(1, 8, 48)]
    [InlineData(2, 88, 48)]
    [InlineData(3, 88, 48)]
    [InlineData(4, 8, 48)]
    [InlineData(5, 48, 8)]
    [InlineData(6, 48, 8)]
    [InlineData(7, 48, 88)]
    [InlineData(8, 48, 88)]
    public void A_photo_is_turned_the_way_the_camera_was_held_and_tells_nothing_else(byte orientation, int x, int y)
    {
        const string Place = "a garden at 31.2N 121.5E";
        var file = WithExif(Make(SKEncodedImageFormat.Jpeg, 80, 60, Red, Blue), orientation, Place);
        var picture = AvatarPicture.Of(file, 96)!;
        using var shown = SKBitmap.Decode(picture.Bytes);
        Assert.True(Is(shown.GetPixel(x, y), Red), $"{shown.GetPixel(x, y)}");
        Assert.True(Is(shown.GetPixel(95 - x, 95 - y), Blue), $"{shown.GetPixel(95 - x, 95 - y)}");
        Assert.True(file.AsSpan().IndexOf(RawRequest.Of(Place)) > 0);
        Assert.Equal(-1, picture.Bytes.AsSpan().IndexOf(RawRequest.Of(Place)));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Half_a_picture_is_none(SKEncodedImageFormat format)
    {
        var file = Make(format, 300, 300, Red, Blue);
        Assert.NotNull(AvatarPicture.Of(file, 96));
        Assert.Null(AvatarPicture.Of(file.AsSpan(0, file.Length / 2), 96));
        Assert.Null(AvatarPicture.Of(file.AsSpan(0, file.Length * 3 / 4), 96));
    }

    [Fact]
    public void Formats_that_are_not_usual_are_refused_although_they_could_be_read()
    {
        byte[] bitmap = [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[24], 20, 20, 220, 0];
        using (var readable = SKBitmap.Decode(bitmap))
        {
            Assert.NotNull(readable);
        }

        Assert.Null(AvatarPicture.Of(bitmap, 96));
        foreach (var text in (string[])["", "G", "GIF89a", "<svg xmlns='http://www.w3.org/2000/svg'/>", "II*\0 of a camera"])
        {
            Assert.Null(AvatarPicture.Of(RawRequest.Of(text), 96));
        }
    }

    [Theory]
    [InlineData(4097, 1, false)]
    [InlineData(1, 4097, false)]
    [InlineData(2049, 2048, false)]
    [InlineData(2048, 2048, true)]
    public void A_picture_of_too_many_pixels_is_refused_however_small_its_file_is(int width, int height, bool isShown)
    {
        var file = Make(SKEncodedImageFormat.Png, width, height, Red);
        Assert.InRange(file.Length, 1, 100_000);
        Assert.Equal(isShown, AvatarPicture.Of(file, 96) is not null);
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0, 10)]
    public void The_size_that_a_file_claims_is_looked_at_before_memory_is_taken(int width, int height)
    {
        var file = Claiming(Make(SKEncodedImageFormat.Png, 60, 60, Red), width, height);
        var before = Process.GetCurrentProcess().PeakVirtualMemorySize64;
        Assert.Null(AvatarPicture.Of(file, 96));
        Assert.InRange(Process.GetCurrentProcess().PeakVirtualMemorySize64 - before, 0, 512L * 1024 * 1024);
    }

    private static bool Is(SKColor pixel, SKColor colour) => Math.Abs(pixel.Red - colour.Red) < 40 && Math.Abs(pixel.Green - colour.Green) < 40 && Math.Abs(pixel.Blue - colour.Blue) < 40;

    /// <summary>A file with colours in equal stripes from left to right.</summary>
    private static byte[] Make(SKEncodedImageFormat format, int width, int height, params SKColor[] stripes)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        for (var i = 0; i < stripes.Length; i++)
        {
            using var paint = new SKPaint { Color = stripes[i] };
            canvas.DrawRect(SKRect.Create(i * width / (float)stripes.Length, 0, width / (float)stripes.Length, height), paint);
        }

        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>A JPEG with Exif data: which way the camera was held, and a text.</summary>
    private static byte[] WithExif(byte[] jpeg, byte orientation, string text)
    {
        // Big endian TIFF with one directory: the image's description, and the orientation.
        byte[] letters = [.. RawRequest.Of(text), 0];
        byte[] tiff =
        [
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 2,
            0x01, 0x0e, 0, 2, 0, 0, 0, (byte)letters.Length, 0, 0, 0, 38,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
            0, 0, 0, 0, .. letters,
        ];
        byte[] segment = [.. "Exif\0\0"u8, .. tiff];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(segment.Length + 2));
        return [.. jpeg[..2], 0xff, 0xe1, .. length, .. segment, .. jpeg[2..]];
    }

    /// <summary>A PNG whose head claims another size than the file has, with a right checksum.</summary>
    private static byte[] Claiming(byte[] png, int width, int height)
    {
        var file = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        var sum = uint.MaxValue;
        foreach (var part in file.AsSpan(12, 17))
        {
            sum ^= part;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0xedb88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), ~sum);
        return file;
    }
}
