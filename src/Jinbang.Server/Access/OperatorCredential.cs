using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Server.Access;

/// <summary>The operator's key cannot be used; the message says what to do.</summary>
public sealed class OperatorKeyException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The operator's key: a file in the data folder that only its owner can read, made at the first start. Who can read that file can do anything to the data
/// anyhow. It is no setting: those are shown by process lists, container descriptions and logs.
/// </summary>
internal sealed class OperatorCredential
{
    public const string FileName = "operator.key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly KeyHash hash;

    private OperatorCredential(string file, string text, bool isNew)
    {
        File = file;
        hash = KeyHash.Of(Encoding.ASCII.GetBytes(text));
        Made = isNew ? text : null;
    }

    /// <summary>Where it is.</summary>
    public string File { get; }

    /// <summary>The key itself, when it was made just now: to be shown once. Null at later starts.</summary>
    public string? Made { get; }

    /// <summary>Reads the key of a data folder that this process holds, or makes it.</summary>
    /// <exception cref="OperatorKeyException">Others can read it, or it is no key, or it cannot be read or written.</exception>
    public static OperatorCredential Open(string folder)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            return System.IO.File.Exists(file) ? Read(file) : Make(folder, file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OperatorKeyException($"The operator's key {file} cannot be read or made: {fault.Message}", fault);
        }
    }

    /// <summary>Its hash as text, which tells nothing about it.</summary>
    public string Hash => hash.ToString();

    /// <summary>Whether a text is the key. Hashes are compared, so how long it takes tells nothing about the key.</summary>
    public bool Is(ReadOnlySpan<byte> text) => KeyHash.Of(text) == hash;

    private static OperatorCredential Read(string file)
    {
        if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(file) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
        {
            throw new OperatorKeyException($"Others than the owner may read or write the operator's key {file}. Run: chmod 600 {file}");
        }

        var text = System.IO.File.ReadAllText(file).TrimEnd();
        var isKey = text.Length == CredentialText.KeyLength && text.StartsWith(CredentialText.OperatorKey, StringComparison.Ordinal) && !text.AsSpan().ContainsAnyExcept(Allowed);
        return isKey ? new OperatorCredential(file, text, isNew: false) : throw new OperatorKeyException($"{file} is no operator's key. Delete it, and the next start makes a new one.");
    }

    private static OperatorCredential Make(string folder, string file)
    {
        var text = CredentialText.NewKey(CredentialText.OperatorKey);

        // Under another name until it is whole: a start that is cut off leaves no half a key.
        var making = $"{file}.new";
        System.IO.File.Delete(making);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(making, options))
        {
            stream.Write(Encoding.ASCII.GetBytes($"{text}\n"));
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(making, file, overwrite: false);
        DataFolder.SyncDirectory(folder);
        return new OperatorCredential(file, text, isNew: true);
    }
}
