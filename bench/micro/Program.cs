using BenchmarkDotNet.Running;
using Jinbang.Bench.Micro;

// dotnet run -c Release --project bench/micro -- append-or-upsert
// dotnet run -c Release --project bench/micro -- --filter '*'
if (args is ["append-or-upsert", ..])
{
    AppendOrUpsert.Run(Console.Out);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(RankedSetBenchmarks).Assembly).Run(args);
}
