using Xunit.Sdk;
using Xunit.v3;

// Every test fills a core by itself and measures how much it gets done.
[assembly: Parallelization(Mode = ParallelMode.None)]
