using System.Text;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Fairness;

namespace Jinbang.Bench.Scale.Reports;

/// <summary>The table of readers beside a writer.</summary>
internal sealed class FairnessTable(StringBuilder text)
{
    /// <summary>Appends it.</summary>
    public void Append(IEnumerable<(CaseSpec Spec, IReadOnlyList<FairnessRow> Rows)> cases)
    {
        text.Head("players, scores", "the lock", "readers", "thousand puts/s", "thousand ranks/s", "one read in 10,000 over, ms", "longest read, ms");
        foreach (var (spec, rows) in cases)
        {
            foreach (var row in rows)
            {
                text.Row(
                    $"{spec}", row.Way, $"{row.Readers}", (row.PutsPerSecond / 1000).Show(), (row.RanksPerSecond / 1000).Show(), row.P9999Ms.Show(), row.LongestMs.Show());
            }
        }

        text.Append('\n');
    }
}
