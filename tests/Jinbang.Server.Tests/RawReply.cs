using System.Text;

namespace Jinbang.Server.Tests;

/// <summary>A reply as it came over the wire.</summary>
/// <param name="Status">The code of the status line.</param>
/// <param name="Headers">The headers in their order.</param>
/// <param name="Body">The body, without the framing of chunks.</param>
internal sealed record RawReply(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string Text => Strict.GetString(Body);

    /// <summary>The one header of this name, or null.</summary>
    public string? Header(string name) => Headers.SingleOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>All headers but the date, sorted.</summary>
    public IEnumerable<string> Lines => Headers.Where(static header => header.Key != "Date").Select(static header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);
}
