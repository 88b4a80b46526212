namespace Jinbang.Storage.Sqlite.Tests;

public sealed class CheckpointerTests : IDisposable
{
    private const long AtMost = 4 << 20;
    private const int ProfilesPerCommit = 20;

    /// <summary>What one commit may add: a few pages for each profile, and its frames' headers.</summary>
    private const long Batch = ProfilesPerCommit * 4 * (4_096 + 24);

    private static readonly SqliteStoreOptions Small = new() { CheckpointBytes = 1 << 20, CheckpointBytesAtMost = AtMost };

    private readonly TemporaryFolder folder = new();
    private readonly Random random = new(11);

    private long LogBytes => new FileInfo(folder.DatabaseFile + "-wal").Length;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_stays_under_its_bound_and_one_batch(bool withoutSync)
    {
        await using var store = folder.Open(Small with { UnsafeWithoutSync = withoutSync });
        await store.OpenGameAsync("main");
        var largest = 0L;
        for (var commit = 0; commit < 1_500; commit++)
        {
            await CommitAsync(store, commit);
            largest = Math.Max(largest, LogBytes);
            Assert.InRange(LogBytes, 0, AtMost + Batch);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"largest {largest:N0} of {AtMost:N0}");
        Assert.True(new FileInfo(folder.DatabaseFile).Length > 2 * AtMost, "The commits were too small to test anything.");
    }

    [Fact]
    public async Task A_long_reader_lets_the_log_grow_and_it_comes_back_afterwards()
    {
        await using var store = folder.Open(Small with { UnsafeWithoutSync = true });
        await store.OpenGameAsync("main");
        await CommitAsync(store, 0);
        using (var reader = folder.Connect())
        {
            SqliteFile.Execute(reader, "BEGIN; SELECT count(*) FROM profile");
            for (var commit = 1; commit < 250; commit++)
            {
                await CommitAsync(store, commit);
            }

            Assert.Equal(ProfilesPerCommit, SqliteFile.Number(reader, "SELECT count(*) FROM profile"));
            Assert.True(LogBytes > AtMost + Batch);
            SqliteFile.Execute(reader, "COMMIT");
        }

        for (var commit = 0; commit < 60; commit++)
        {
            await CommitAsync(store, commit);
        }

        Assert.InRange(LogBytes, 0, AtMost + Batch);
    }

    [Fact]
    public async Task Closing_the_store_leaves_one_file_with_everything()
    {
        await using (var store = folder.Open(Small))
        {
            await store.OpenGameAsync("main");
            await CommitAsync(store, 0);
        }

        Assert.Equal([folder.DatabaseFile], Directory.GetFiles(folder.Path, "jinbang.db*"));
        Assert.Equal([$"{ProfilesPerCommit}"], folder.Select("SELECT count(*) FROM profile"));
    }

    private async Task CommitAsync(SqliteScoreStore store, int commit)
    {
        var avatar = new byte[1_000];
        Array.Fill(avatar, (byte)('a' + commit % 26));
        var players = commit == 0 ? Enumerable.Range(1, ProfilesPerCommit) : Enumerable.Range(0, ProfilesPerCommit).Select(_ => random.Next(1, 40_000));
        await store.CommitProfilesAsync([.. players], BitConverter.GetBytes(random.Next()).Select(static part => (byte)('a' + part % 26)).ToArray(), avatar);
        await store.MaintainAsync();
    }
}
