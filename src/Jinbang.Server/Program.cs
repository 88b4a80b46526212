using Jinbang.Server.Operating;

return await CommandLine.RunAsync(args);
