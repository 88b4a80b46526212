using Jinbang.Server;
using Jinbang.UnfencedServer;

// The server with a safeguard switched off, for the tests that show that the checker finds what goes wrong without it:
//
//   UNSAFE_WITHOUT=fence   writes whether or not a board is still its own
//   UNSAFE_WITHOUT=lease   answers from memory although its lease has run out
//   UNSAFE_WITHOUT=        nothing is switched off
//
//   CLOCK_FILE=FILE        the wall clock is off by as many ticks as the file says, as soon as there is one
//
//   Jinbang.UnfencedServer --urls URL --data FOLDER

var without = Environment.GetEnvironmentVariable("UNSAFE_WITHOUT");
await using var server = JinbangServer.Build(new StartOptions
{
    Urls = args[1],
    Data = args[3],
    Time = new SetClock(Environment.GetEnvironmentVariable("CLOCK_FILE")),
    UnsafeWithoutFence = without == "fence",
    UnsafeWithoutLease = without == "lease",
});
return await server.RunAsync(CancellationToken.None);
