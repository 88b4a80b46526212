using System.CommandLine;
using Jinbang.Bench.Load;

var selfCheck = new Command("self-check", "Checks the load generator's own histogram and ids");
selfCheck.SetAction(_ => SelfCheck.Run());

return await new RootCommand("Load on Jinbang, compared to a bare HTTP server with the same replies")
{
    new RunCommand(),
    new CloseCommand(),
    new RecoveryCommand(),
    new BoardsCommand(),
    new ClusterCommand(),
    new BareCommand(),
    selfCheck,
}.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
