using System.Globalization;
using System.Text;
using Jinbang.Bench.Load.Measuring;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Redis;

namespace Jinbang.Bench.Scale.Reports;

/// <summary>The report of a run.</summary>
internal static class Report
{
    /// <summary>Writes it; also of a run that is not over.</summary>
    public static string Write(
        IReadOnlyList<CaseResult> cases, IReadOnlyList<RedisResult> redis, IReadOnlyList<string> faults, string command, DateTimeOffset started)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            # The ranking core at scale, {started:yyyy-MM-dd HH:mm} UTC

            Machine: {Machine.Describe()}

            Command: `{command}`

            - Each size and kind of scores is measured in a process of its own. Players have ids of 28 base64url characters. Scores are uniform in 0 to 10 times the players, or
              skewed: 1000 u^4, so that thousands tie.
            - Nanoseconds are CPU time of the thread, in loops of a million random operations, less the same loop that only draws the random numbers: the median of three rounds.
            - Bytes are those of live objects after a full collection, without what the process has anyway.
            - Pauses are single calls. "Own" is the thread's CPU time within a call, collections included: what the machine gave to others meanwhile does not count. The wall's time is beside it.
            - The window is loaded in the players' order, then 2 to 20 million puts of random players and new random scores change it; its bytes are taken after that.
            - Redis's "own" time is what `INFO commandstats` says of a command; its CPU time is the process's, with protocol and network, pipelined.


            """));
        CaseTables.Append(text, cases);
        text.Append("## Readers beside a writer that never pauses\n\n");
        new FairnessTable(text).Append(cases.Select(static result => (result.Spec, result.Get<FairnessSection>()?.Rows ?? [])));
        RedisTables.Append(text, cases, redis);
        Goals.Append(text, cases, redis);
        foreach (var fault in faults)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{fault}\n");
        }

        return text.ToString();
    }
}
