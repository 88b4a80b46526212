using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Jinbang.Bench.Load.Client;
using Jinbang.Bench.Load.Players;

namespace Jinbang.Bench.Load;

/// <summary>The command <c>run</c> with its options.</summary>
internal sealed class RunCommand : Command
{
    private readonly Option<string?> _jinbang = new("--jinbang") { Description = "The published server to start" };
    private readonly Option<IPEndPoint?> _url = new("--jinbang-url")
    {
        Description = "Instead: a server that runs already, as http://127.0.0.1:PORT; needs --jinbang-pid",
        CustomParser = ParseAddress,
    };

    private readonly Option<int> _pid = new("--jinbang-pid") { Description = "The process of --jinbang-url" };
    private readonly Option<bool> _seed = new("--seed") { Description = "Post the players to --jinbang-url first" };
    private readonly Option<string> _game = Valued("--game", "5f195b8dc01e13002c2d7341", "The game's id in the paths");
    private readonly Option<int[]> _players = Listed("--players", [10_000, 1_000_000], int.Parse, "Sizes of the board, each with a seeded data folder (10000,1000000)");
    private readonly Option<Call[]> _calls = Listed(
        "--calls", Enum.GetValues<Call>(), CallNames.Parse, $"Calls to measure in a closed loop; those of v1 need --jinbang ({string.Join(',', Enum.GetValues<Call>().Select(call => call.Name()))}), or none");

    private readonly Option<int[]> _connections = Listed("--connections", [64, 256], int.Parse, "Numbers of connections for each call (64,256)");
    private readonly Option<int> _rounds = Valued("--rounds", 3, "Rounds of everything, each with freshly started servers");
    private readonly Option<double> _seconds = Valued("--seconds", 10.0, "Seconds of a round");
    private readonly Option<double> _warmUp = Valued("--warm-up", 3.0, "Seconds of warm-up of a fresh server and before each measured call");
    private readonly Option<double?> _openLoop = new("--open-loop") { Description = "Requests per second of the open loop; half of the measured maximum when absent" };
    private readonly Option<double> _openLoopSeconds = Valued("--open-loop-seconds", 20.0, "Seconds of the open loop; 0 leaves it out");
    private readonly Option<int> _openLoopConnections = Valued("--open-loop-connections", 512, "Connections of the open loop");
    private readonly Option<string> _work = Valued("--work", Path.Combine(Path.GetTempPath(), "jinbang-load"), "Folder for seeded data folders (kept) and measured copies");
    private readonly Option<string?> _out = new("--out") { Description = "A file for the report, or an existing folder for load-DATE.md" };

    /// <summary>The command.</summary>
    public RunCommand()
        : base("run", "Measures Jinbang and the bare server in turns")
    {
        foreach (var option in (Option[])[_jinbang, _url, _pid, _seed, _game, _players, _calls, _connections, _rounds, _seconds, _warmUp, _openLoop, _openLoopSeconds, _openLoopConnections, _work, _out])
            Options.Add(option);
        SetAction(async (result, cancellationToken) =>
        {
            if (Fault(result) is { } fault)
            {
                Console.Error.WriteLine(fault);
                return 1;
            }

            await Run.RunAsync(Read(result), cancellationToken);
            return 0;
        });
    }

    // Not a validator of the command: those run before every option's text has been read.
    private string? Fault(ParseResult result)
    {
        var players = result.GetRequiredValue(_players);
        if (result.GetValue(_jinbang) is null == result.GetValue(_url) is null)
            return "Give either --jinbang or --jinbang-url.";
        if (result.GetValue(_url) is null != (result.GetValue(_pid) == 0))
            return "--jinbang-url and --jinbang-pid belong together.";
        if (result.GetValue(_url) is not null && players.Length != 1)
            return "A server that runs already has one size: give one number of --players.";
        return players.Any(size => size < KnownScores.FewestPlayers) ? $"--players must be at least {KnownScores.FewestPlayers}." : null;
    }

    private RunOptions Read(ParseResult result) => new()
    {
        Jinbang = result.GetValue(_jinbang),
        RunningServer = result.GetValue(_url) is { } address ? (address, result.GetValue(_pid)) : null,
        SeedsRunningServer = result.GetValue(_seed),
        Game = result.GetRequiredValue(_game),
        Players = result.GetRequiredValue(_players),
        Calls = result.GetRequiredValue(_calls),
        Connections = result.GetRequiredValue(_connections),
        Rounds = result.GetValue(_rounds),
        Duration = TimeSpan.FromSeconds(result.GetValue(_seconds)),
        WarmUp = TimeSpan.FromSeconds(result.GetValue(_warmUp)),
        OpenLoopRate = result.GetValue(_openLoop),
        OpenLoopDuration = TimeSpan.FromSeconds(result.GetValue(_openLoopSeconds)),
        OpenLoopConnections = result.GetValue(_openLoopConnections),
        WorkFolder = Path.GetFullPath(result.GetRequiredValue(_work)),
        Out = result.GetValue(_out),
    };

    private static Option<T> Valued<T>(string name, T value, string description) => new(name) { Description = description, DefaultValueFactory = _ => value };

    private static Option<T[]> Listed<T>(string name, T[] value, Func<string, T> parse, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            try
            {
                return text == "none" ? [] : [.. text.Split(',').Select(parse)];
            }
            catch (FormatException fault)
            {
                result.AddError($"{name} {text}: {fault.Message}");
                return [];
            }
        },
    };

    // Load goes nowhere but to this machine.
    private static IPEndPoint? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && IPAddress.TryParse(url.Host, out var host) && IPAddress.IsLoopback(host))
            return new(host, url.Port);
        result.AddError($"{text} is not a loopback address such as http://127.0.0.1:8080.");
        return null;
    }
}
