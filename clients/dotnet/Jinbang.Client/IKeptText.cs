using System;
using System.IO;
using System.Text;

namespace Jinbang.Client;

/// <summary>Keeps one text from run to run. Called by one thread at a time.</summary>
public interface IKeptText
{
    /// <summary>Reads it; null when there is none.</summary>
    string? Read();

    /// <summary>Replaces it, whole or not at all.</summary>
    void Write(string text);
}

/// <summary>Keeps it in a file, which is replaced at once: a crash leaves the old one or the new one.</summary>
public sealed class KeptInFile : IKeptText
{
    private readonly string file;

    /// <summary>Names the file, whose folder must exist. In Unity it belongs under Application.persistentDataPath, in Godot under OS.GetUserDataDir().</summary>
    public KeptInFile(string file) => this.file = file ?? throw new ArgumentNullException(nameof(file));

    /// <inheritdoc />
    public string? Read()
    {
        // One that was written whole and not yet put in its place.
        var newer = file + ".new";
        if (!File.Exists(file) && File.Exists(newer))
        {
            File.Move(newer, file);
        }

        return File.Exists(file) ? File.ReadAllText(file, Encoding.UTF8) : null;
    }

    /// <inheritdoc />
    public void Write(string text)
    {
        var newer = file + ".new";
        using (var stream = new FileStream(newer, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            stream.Write(bytes, 0, bytes.Length);
            stream.Flush(flushToDisk: true);
        }

        if (File.Exists(file))
        {
            File.Replace(newer, file, null);
        }
        else
        {
            File.Move(newer, file);
        }
    }
}

internal sealed class KeptInMemory : IKeptText
{
    private string? kept;

    public string? Read() => kept;

    public void Write(string text) => kept = text;
}
