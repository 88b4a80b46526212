using Jinbang.Bench.Load.Measuring;

namespace Jinbang.Bench.Load.Client;

/// <summary>What one interval of load showed on the client's side.</summary>
internal sealed class Interval
{
    /// <summary>Replies received, wrong ones included.</summary>
    public long Replies { get; set; }

    /// <summary>Replies that were wrong, broken connections and requests left without an answer.</summary>
    public long Errors { get; set; }

    /// <summary>What was wrong first, or null.</summary>
    public string? FirstError { get; set; }

    /// <summary>From the first request to the last reply.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The share (0 to 1) of the elapsed time in which the client found nothing to do: near 0 the client itself is the limit.</summary>
    public double ClientIdle { get; set; }

    /// <summary>Latencies of all replies.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>Counts something wrong.</summary>
    public void Fail(string what)
    {
        Errors++;
        FirstError ??= what;
    }
}
