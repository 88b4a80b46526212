using System.CommandLine;
using Jinbang.Bench.Scale;

return await new RootCommand("What a game of 10,000 to 100 million players takes: memory, CPU and pauses of the ranking itself, beside Redis")
{
    new RunCommand(),
    new FairnessCommand(),
    new CaseCommand(),
}.Parse(args).InvokeAsync();
