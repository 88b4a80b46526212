using Jinbang.Bench.Micro;

// dotnet run -c Release --project bench/micro
AppendOrUpsert.Run(Console.Out);
