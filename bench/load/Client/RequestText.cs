using System.Buffers.Text;

namespace Jinbang.Bench.Load.Client;

/// <summary>Writes text and numbers one after the other into a buffer that is large enough.</summary>
internal ref struct RequestText(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes were written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[..Length];

    /// <summary>What is not yet written to; <see cref="Advance"/> after filling some of it.</summary>
    public readonly Span<byte> Rest => _destination[Length..];

    /// <summary>Appends bytes.</summary>
    public void Add(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        Length += text.Length;
    }

    /// <summary>Appends a number in decimal.</summary>
    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Rest, out var written);
        Length += written;
    }

    /// <summary>Counts bytes that were written into <see cref="Rest"/>.</summary>
    public void Advance(int written) => Length += written;
}
