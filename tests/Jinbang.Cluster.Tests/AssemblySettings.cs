using Xunit.Sdk;
using Xunit.v3;

// Every test here owns processes and time: one after the other.
[assembly: Parallelization(Mode = ParallelMode.None)]
