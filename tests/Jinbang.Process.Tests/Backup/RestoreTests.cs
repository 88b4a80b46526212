using System.Security.Cryptography;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Backup;

public sealed class RestoreTests(ITestOutputHelper output)
{
    private const int Players = 200;

    [Fact]
    public async Task Refuses_while_the_server_runs()
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var connection = await server.ConnectAsync();
        Assert.True((await connection.PostScoreAsync("player-0", 9)) is { IsStored: true });

        var (code, _, errors) = await ServerProcess.RunAsync("restore", folder.Data, file);

        AssertRefused(code, errors, "Another server already runs");
        Assert.Equal(9, await connection.ScoreAsync("player-0"));
        Assert.True((await connection.PostScoreAsync("player-0", 10)) is { IsStored: true });
    }

    [Fact]
    public async Task Keeps_what_was_there_whole_under_another_name_also_after_a_kill()
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var connection = await server.ConnectAsync();
            Assert.True((await connection.PostScoreAsync("player-0", 9)) is { IsStored: true });
            await server.KillAsync();
        }

        var (code, said, errors) = await ServerProcess.RunAsync("restore", folder.Data, file);
        Assert.True(code == 0, errors);
        output.WriteLine(said);
        await AssertBestAsync(folder.Data, 1);

        var kept = Assert.Single(Directory.GetFiles(folder.Data, "jinbang.db.*Z"));
        Assert.Contains(kept, said, StringComparison.Ordinal);
        CopyKept(kept, folder.File("old"));
        await AssertBestAsync(folder.File("old"), 9);
    }

    [Fact]
    public async Task Loses_nothing_of_what_was_there_while_another_program_still_reads_it()
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var connection = await server.ConnectAsync();
            Assert.True((await connection.PostScoreAsync("player-0", 8)) is { IsStored: true });
            using var reader = new SqlConnection(server.DatabaseFile);
            reader.Execute("BEGIN");
            reader.Execute("SELECT count(*) FROM log");
            Assert.True((await connection.PostScoreAsync("player-0", 9)) is { IsStored: true });
            await server.KillAsync();

            var (code, _, errors) = await ServerProcess.RunAsync("restore", folder.Data, file);
            output.WriteLine($"{code} {errors}");
            if (code != 0)
            {
                reader.Dispose();
                await AssertBestAsync(folder.Data, 9);
                return;
            }
        }

        CopyKept(Assert.Single(Directory.GetFiles(folder.Data, "jinbang.db.*Z")), folder.File("old"));
        await AssertBestAsync(folder.File("old"), 9);
    }

    [Theory]
    [InlineData("pwrite64,copy_file_range,sendfile:signal=KILL")]
    [InlineData("fsync,fdatasync:signal=KILL:when=1")]
    [InlineData("fsync,fdatasync:signal=KILL:when=2")]
    [InlineData("link,linkat,rename,renameat,renameat2:signal=KILL:when=1")]
    [InlineData("link,linkat,rename,renameat,renameat2:signal=KILL:when=2")]
    [InlineData("unlink,unlinkat:signal=KILL:when=1")]
    [InlineData("unlink,unlinkat:signal=KILL:when=2")]
    [InlineData("unlink,unlinkat:signal=KILL:when=3")]
    [InlineData("unlink,unlinkat:signal=KILL:when=4")]
    public async Task Killed_half_way_leaves_the_old_board_or_the_new_one_but_never_an_empty_one(string call)
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var connection = await server.ConnectAsync();
            Assert.True((await connection.PostScoreAsync("player-0", 9)) is { IsStored: true });
            await server.KillAsync();
        }

        string[] files = [.. ((string[])["", "-wal", "-shm", ".unfinished"]).Select(suffix => $"{folder.Data}/jinbang.db{suffix}")];
        var (code, _, _) = await ServerProcess.RunAsync("restore", folder.Data, file, Strace.Injecting(call, files));
        output.WriteLine($"{call} ended with {code}: {string.Join(' ', Directory.GetFiles(folder.Data).Select(Path.GetFileName))}");

        await using var started = ServerProcess.Launch(folder.Data);
        try
        {
            await started.ReadyAsync();
        }
        catch (InvalidOperationException) when (started.HasEnded)
        {
            // Saying that a restore was interrupted is as good as having one of the two.
            AssertRefused(await started.EndAsync(), started.Errors, "restore");
            return;
        }

        using var reading = await started.ConnectAsync();
        Assert.Contains(await reading.ScoreAsync("player-0"), (long?[])[1, 9]);
    }

    [Theory]
    [InlineData("an empty file")]
    [InlineData("noise")]
    [InlineData("half of it")]
    [InlineData("its last page missing")]
    [InlineData("a flipped byte in the header")]
    [InlineData("a flipped byte in a page's head")]
    [InlineData("flipped bytes in every page")]
    [InlineData("another program's database")]
    public async Task Refuses_a_damaged_file_and_changes_nothing(string damage)
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        Damage(file, damage);
        var before = Contents(folder.Data);

        var (code, _, errors) = await ServerProcess.RunAsync("restore", folder.Data, file);

        output.WriteLine(errors);
        AssertRefused(code, errors, "");
        Assert.Equal(before, Contents(folder.Data));
        await AssertBestAsync(folder.Data, 1);
    }

    /// <summary>That is what backups are for, and what the server tells its operator to do then.</summary>
    [Fact]
    public async Task Takes_the_place_of_a_damaged_database_and_keeps_that_too()
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        var noise = new byte[20_000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(folder.Data + "/jinbang.db", noise);

        var (code, _, errors) = await ServerProcess.RunAsync("restore", folder.Data, file);

        Assert.True(code == 0, errors);
        Assert.Equal(noise, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(folder.Data, "jinbang.db.*Z"))));
        await AssertBestAsync(folder.Data, 1);
    }

    [Fact]
    public async Task Takes_a_plain_copy_of_a_database_but_not_one_for_a_newer_program()
    {
        using var folder = new TemporaryFolder();
        await MakeBackupAsync(folder, best: 1);
        var copy = folder.File("copy.db");
        File.Copy(folder.Data + "/jinbang.db", copy);
        Assert.Equal(0, (await ServerProcess.RunAsync("restore", folder.File("other"), copy)).ExitCode);
        await AssertBestAsync(folder.File("other"), 1);
        using (var sql = new SqlConnection(copy))
        {
            sql.Execute("UPDATE schema SET min_program_version = 4711");
        }

        var (code, _, errors) = await ServerProcess.RunAsync("restore", folder.Data, copy);

        AssertRefused(code, errors, "newer program");
        await AssertBestAsync(folder.Data, 1);
    }

    /// <summary>Bytes of values: the file is sound as SQLite sees it, and says something else than it did.</summary>
    [Fact]
    public async Task Refuses_a_file_with_any_flipped_byte()
    {
        using var folder = new TemporaryFolder();
        var file = await MakeBackupAsync(folder, best: 1);
        var good = await File.ReadAllBytesAsync(file);
        var random = new Random(11);
        var accepted = new List<int>();
        for (var round = 0; round < 12; round++)
        {
            var at = random.Next(good.Length);
            var bad = (byte[])good.Clone();
            bad[at] ^= (byte)(1 << random.Next(8));
            var path = folder.File($"flipped-{round}.db");
            await File.WriteAllBytesAsync(path, bad);
            if ((await ServerProcess.RunAsync("restore", folder.File("data-" + round), path)).ExitCode == 0)
            {
                accepted.Add(at);
            }
        }

        Assert.True(accepted.Count == 0, $"Of 12 files with one flipped bit {accepted.Count} were restored as if nothing were wrong.");
    }

    private static async Task<string> MakeBackupAsync(TemporaryFolder folder, long best)
    {
        await using var server = await ServerProcess.StartAsync(folder.Data, ServerProcess.Busy);
        using var connection = await server.ConnectAsync();
        for (var player = 0; player < Players; player++)
        {
            Assert.True((await connection.PostScoreAsync($"player-{player}", best)) is { IsStored: true });
            Assert.True((await connection.PostProfileAsync($"player-{player}", $"nickname=状元{player}&headimgurl=https://avatar.invalid/{player}&")) is { IsProfileStored: true });
        }

        var file = folder.File("backup.db");
        var (code, _, errors) = await ServerProcess.RunAsync("backup", folder.Data, file);
        Assert.True(code == 0, errors);
        Assert.Equal(0, await server.StopAsync());
        return file;
    }

    private static void CopyKept(string kept, string data)
    {
        Directory.CreateDirectory(data);
        foreach (var suffix in ((string[])["", "-wal"]).Where(suffix => File.Exists(kept + suffix)))
        {
            File.Copy(kept + suffix, $"{data}/jinbang.db{suffix}");
        }
    }

    private static void Damage(string file, string damage)
    {
        const int page = 4096;
        var bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "an empty file":
                bytes = [];
                break;
            case "noise":
                new Random(1).NextBytes(bytes);
                break;
            case "half of it":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "its last page missing":
                bytes = bytes[..^page];
                break;
            case "a flipped byte in the header":
                bytes[3] ^= 0x40;
                break;
            case "a flipped byte in a page's head":
                bytes[(5 * page) + 5] ^= 0x10;
                break;
            case "flipped bytes in every page":
                for (var at = page; at < bytes.Length; at += page)
                {
                    bytes[at] ^= 0xff;
                }

                break;
            default:
                File.Delete(file);
                using (var sql = new SqlConnection(file))
                {
                    sql.Execute("CREATE TABLE theirs (x)");
                }

                return;
        }

        File.WriteAllBytes(file, bytes);
    }

    private static string[] Contents(string data) =>
        [.. Directory.GetFiles(data).Order(StringComparer.Ordinal).Select(static file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];

    private static void AssertRefused(int code, string errors, string reason)
    {
        Assert.Equal(1, code);
        Assert.StartsWith("jinbang: ", errors, StringComparison.Ordinal);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static async Task AssertBestAsync(string data, long best)
    {
        await using var server = await ServerProcess.StartAsync(data);
        using var connection = await server.ConnectAsync();
        Assert.Equal(best, await connection.ScoreAsync("player-0"));
        Assert.Equal(100, (await connection.ListAsync()).Count);
        Assert.Equal(0, await server.StopAsync());
    }
}
