using System.CommandLine;
using System.Globalization;
using Jinbang.Bench.Scale.Inputs;

namespace Jinbang.Bench.Scale;

/// <summary>The command <c>run</c> with its options.</summary>
internal sealed class RunCommand : Command
{
    private readonly Option<int[]> players = Listed("--players", [10_000, 1_000_000, 10_000_000, 100_000_000], Number, "Sizes of the game");
    private readonly Option<ScoreKind[]> scores = Listed("--scores", Enum.GetValues<ScoreKind>(), Kind, "uniform, skewed or both");
    private readonly Option<double> seconds = new("--seconds") { Description = "How long readers beside a writer are measured, each way", DefaultValueFactory = _ => 3 };
    private readonly Option<string> redis = new("--redis") { Description = "The Redis to start for comparison, or none", DefaultValueFactory = _ => "redis-server" };
    private readonly Option<int[]> redisPlayers = Listed("--redis-players", [1_000_000, 10_000_000], Number, "Sizes of its sorted set");
    private readonly Option<string?> output = new("--out") { Description = "A file for the report" };

    /// <summary>The command.</summary>
    public RunCommand()
        : base("run", "Measures every size with every kind of scores, each in a process of its own, then Redis, and writes a report")
    {
        foreach (var option in (Option[])[players, scores, seconds, redis, redisPlayers, output])
        {
            Options.Add(option);
        }

        SetAction((result, cancellationToken) => Run.RunAsync(
            new()
            {
                Players = result.GetRequiredValue(players),
                Scores = result.GetRequiredValue(scores),
                Seconds = result.GetValue(seconds),
                Redis = result.GetRequiredValue(redis) is var program && program == "none" ? null : program,
                RedisPlayers = result.GetRequiredValue(redisPlayers),
                Out = result.GetValue(output),
                Command = $"dotnet run -c Release --project bench/scale -- {string.Join(' ', result.Tokens)}",
            },
            cancellationToken));
    }

    private static int Number(string text) =>
        int.Parse(text, CultureInfo.InvariantCulture) is var number and >= 1_000 ? number : throw new FormatException("at least 1000 players.");

    private static ScoreKind Kind(string text) => Enum.TryParse<ScoreKind>(text, ignoreCase: true, out var kind) ? kind : throw new FormatException("uniform or skewed.");

    private static Option<T[]> Listed<T>(string name, T[] value, Func<string, T> parse, string description) => new(name)
    {
        Description = $"{description} ({string.Join(',', value).ToLowerInvariant()})",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            try
            {
                return [.. text.Split(',').Select(parse)];
            }
            catch (FormatException fault)
            {
                result.AddError($"{name} {text}: {fault.Message}");
                return [];
            }
        },
    };
}
