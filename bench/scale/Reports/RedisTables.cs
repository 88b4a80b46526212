using System.Globalization;
using System.Text;
using Jinbang.Bench.Scale.Cases;
using Jinbang.Bench.Scale.Inputs;
using Jinbang.Bench.Scale.Redis;

namespace Jinbang.Bench.Scale.Reports;

/// <summary>Side by side with Redis.</summary>
internal static class RedisTables
{
    /// <summary>The operations compared: ours by id, as Redis is asked by member.</summary>
    public static readonly (string Name, string Ours, Func<RedisResult, RedisCommandCost> Theirs)[] Compared =
    [
        ("rank", OperationNames.RankById, static result => result.Rank),
        ("put", OperationNames.PutById, static result => result.Put),
        ("top 100", OperationNames.Top, static result => result.Top),
    ];

    /// <summary>Appends the table.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<CaseResult> cases, IReadOnlyList<RedisResult> redis)
    {
        if (redis.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"## Side by side with Redis {redis[0].Version}\n\nOurs include the look-up of the id, as theirs do. ");
        text.Append("The top 100 are entries here and members with scores there.\n\n");
        text.Head("players", "operation", "Redis's own, µs", "Redis's CPU, µs", "ours, CPU µs", "Redis's own over ours", "Redis, B per member", "ours, B per player");
        foreach (var theirs in redis)
        {
            if (Ours(cases, theirs.Players) is not { } ours || ours.Get<OperationsSection>() is not { } operations)
            {
                continue;
            }

            foreach (var (name, operation, cost) in Compared)
            {
                var ns = operations.Ns[operation].Median;
                text.Row(
                    ((long)theirs.Players).Show(), name, cost(theirs).OwnMicroseconds.Show(), cost(theirs).CpuMicroseconds.Show(), (ns / 1000).Show(),
                    (cost(theirs).OwnMicroseconds * 1000 / ns).Show(), theirs.UsedBytes.Show(), ours.Get<ChurnSection>()?.TotalLiveBytes.Show() ?? "");
            }
        }

        text.Append('\n');
    }

    /// <summary>The case with the same players and scores as a Redis was given.</summary>
    public static CaseResult? Ours(IReadOnlyList<CaseResult> cases, int players) =>
        cases.FirstOrDefault(result => result.Spec.Players == players && result.Spec.Scores == ScoreKind.Uniform);
}
