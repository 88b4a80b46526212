namespace Jinbang.Bench.Load.Client;

/// <summary>What one server can be asked, and what is known of its board from one workload to the next.</summary>
internal interface IPlay
{
    /// <summary>Players at play, without end.</summary>
    /// <param name="call">What they do.</param>
    /// <param name="seed">Another seed gives other players in another order.</param>
    IWorkload Of(Call call, ulong seed);

    /// <summary>One request of each kind, by the name under which the bare server keeps its reply.</summary>
    IEnumerable<KeyValuePair<string, byte[]>> Samples();
}
