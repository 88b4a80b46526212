using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Disk;

public sealed class RefusedStartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_second_server_on_the_same_folder_refuses_to_start_and_leaves_the_first_alone()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);

        await AssertRefusesAsync(folder.Data, "Another server already runs on the data folder");

        using var connection = await server.ConnectAsync();
        Assert.True((await connection.PostScoreAsync("player", 1)) is { IsStored: true });
    }

    [Fact]
    public async Task A_database_that_needs_a_newer_program_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        await StartAndStopAsync(folder.Data);
        var file = folder.Data + "/jinbang.db";
        using (var sql = new SqlConnection(file))
        {
            sql.Execute("UPDATE schema SET min_program_version = 4711");
        }

        await AssertRefusesAsync(folder.Data, "needs a program of version 4711");

        using (var sql = new SqlConnection(file))
        {
            Assert.Equal(4711L, sql.Execute("SELECT min_program_version FROM schema"));
        }
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Data);
        var file = folder.Data + "/jinbang.db";
        using (var sql = new SqlConnection(file))
        {
            sql.Execute("CREATE TABLE theirs (x)");
        }

        await AssertRefusesAsync(folder.Data, "is a database of another program");

        using (var sql = new SqlConnection(file))
        {
            Assert.Equal("theirs", sql.Execute("SELECT group_concat(name) FROM sqlite_schema"));
        }
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Data);
        var noise = new byte[20_000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(folder.Data + "/jinbang.db", noise);

        await AssertRefusesAsync(folder.Data, "jinbang.db");

        Assert.Equal(noise, await File.ReadAllBytesAsync(folder.Data + "/jinbang.db"));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_in_plain_words()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        await using var second = ChildProcess.Start(
            ProgramPath.Server, ["--urls", $"http://127.0.0.1:{server.Port}", "--data", folder.File("other")], folder.Path);

        Assert.Equal(1, await second.EndAsync(TimeSpan.FromSeconds(20)));
        AssertPlain(second.Errors, "--urls");
    }

    private static async Task StartAndStopAsync(string data)
    {
        await using var server = await ServerProcess.StartAsync(data);
        Assert.Equal(0, await server.StopAsync());
    }

    private async Task AssertRefusesAsync(string data, string reason)
    {
        await using var refused = ServerProcess.Launch(data);
        Assert.Equal(1, await refused.EndAsync());
        AssertPlain(refused.Errors, reason);
    }

    private void AssertPlain(string errors, string reason)
    {
        output.WriteLine(errors);
        Assert.StartsWith("jinbang: ", errors, StringComparison.Ordinal);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
