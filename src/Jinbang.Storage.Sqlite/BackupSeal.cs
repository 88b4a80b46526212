using System.Security.Cryptography;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// A checksum behind the last page of a backup. SQLite does not read that far, so the file stays a database for every tool; a value that has changed on the
/// way, which SQLite itself cannot notice, is found. A file without a seal (a plain copy of a database) is taken as it is.
/// </summary>
internal static class BackupSeal
{
    private const int SmallestPage = 512;

    private static ReadOnlySpan<byte> Mark => "JBNGSEAL"u8;

    private static int Length => Mark.Length + SHA256.HashSizeInBytes;

    public static void Put(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var sum = SHA256.HashData(stream);
        stream.Write(Mark);
        stream.Write(sum);
    }

    /// <exception cref="BackupException">The file is not what was sealed.</exception>
    public static void CheckAndTakeOff(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var seal = new byte[Length];
        if (stream.Length >= Length)
        {
            stream.Position = stream.Length - Length;
            stream.ReadExactly(seal);
        }

        if (seal.AsSpan().StartsWith(Mark))
        {
            stream.SetLength(stream.Length - Length);
            stream.Position = 0;
            if (!SHA256.HashData(stream).AsSpan().SequenceEqual(seal.AsSpan(Mark.Length)))
            {
                throw new BackupException("The file is damaged: its checksum does not match.");
            }
        }
        else if (stream.Length % SmallestPage != 0)
        {
            throw new BackupException("The file is damaged: its end is missing or is not what it was.");
        }
    }
}
