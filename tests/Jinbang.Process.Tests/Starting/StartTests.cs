using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Starting;

/// <summary>What the README says of a first start.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Dotnet_run_keeps_its_data_in_the_folder_it_was_called_from()
    {
        using var folder = new TemporaryFolder();
        var here = Directory.CreateDirectory(folder.Data).FullName;

        // artifacts/bin/Jinbang.Server/CONFIGURATION/jinbang
        var configuration = Path.GetDirectoryName(ProgramPath.Server)!;
        var repository = Path.GetFullPath(Path.Combine(configuration, "..", "..", "..", ".."));
        string[] arguments = ["run", "--no-build", "-c", Path.GetFileName(configuration), "--project", Path.Combine(repository, "src", "Jinbang.Server"), "--", "--urls", "http://127.0.0.1:0"];
        await using var run = ChildProcess.Start("dotnet", arguments, here);
        await run.LineAsync(static line => line.Contains("Play  http://", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var server = Assert.Single(run.Children());
        try
        {
            Assert.True(File.Exists(Path.Combine(here, "data", "jinbang.db")), run.Said);
        }
        finally
        {
            ChildProcess.Signal(server, ChildProcess.Terminate);
            await run.EndAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_server_that_says_it_is_ready_knows_its_keys()
    {
        using var folder = new TemporaryFolder();
        for (var start = 0; start < 4; start++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Data);
            using var connection = await V1Connection.OpenOperatorAsync(server);
            await connection.DoAsync("GET", "/v1/games");
            await server.KillAsync();
        }
    }

    [Fact]
    public async Task An_event_is_one_line_of_the_log_and_says_when_it_was()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data, [("LOGGING__LOGLEVEL__DEFAULT", "Information")]);
        await server.StopAsync();
        var lines = server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("Jinbang ", lines[0], StringComparison.Ordinal);
        var events = lines[1..].Where(static line => !line.StartsWith("  ", StringComparison.Ordinal) || line.StartsWith("   ", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(events);
        Assert.All(events, static line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z (info|warn|fail): \S", line));
    }
}
