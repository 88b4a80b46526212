using Jinbang.Boards.Storage;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class SqliteBackupTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    private string Copy => folder.Of("copy.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_made_while_the_store_is_writing_is_of_one_moment()
    {
        await using (var store = folder.Open(new SqliteStoreOptions { FoldRows = 64, UnsafeWithoutSync = true }))
        {
            await store.OpenGameAsync("main");
            var isDone = false;
            var writing = Task.Run(async () =>
            {
                for (var commit = 1L; !Volatile.Read(ref isDone); commit++)
                {
                    await store.CommitAsync(StoreCalls.Row(1, 1, commit, commit * 2), StoreCalls.Row(1, 2, commit, commit * 2 + 1));
                    await store.MaintainAsync();
                }
            });
            try
            {
                for (var made = 0; made < 10; made++)
                {
                    var before = await store.ReadVersionAsync(CancellationToken.None);
                    var backup = SqliteBackup.Make(folder.Path, folder.Of($"copy-{made}.db"), CancellationToken.None);
                    // One commit may be in the file already and not yet acknowledged.
                    Assert.InRange(backup.Version, before, await store.ReadVersionAsync(CancellationToken.None) + 1);
                }
            }
            finally
            {
                Volatile.Write(ref isDone, true);
                await writing;
            }
        }

        for (var made = 0; made < 10; made++)
        {
            using var restored = new TemporaryFolder();
            var backup = SqliteBackup.Restore(restored.Path, folder.Of($"copy-{made}.db"), time, CancellationToken.None);
            Assert.Null(backup.KeptAs);
            await using var store = restored.Open();
            Assert.Equal(backup.Version, await store.ReadVersionAsync(CancellationToken.None));
            var board = await LoadedWindow.LoadAsync(store, 1);
            Assert.All(board.Entries.Values, entry => Assert.Equal(backup.Version, entry.Score.Value));
            Assert.Equal(backup.Version == 0 ? 0 : 2, board.Entries.Count);
        }
    }

    [Fact]
    public async Task A_backup_is_one_file_and_says_what_it_holds()
    {
        await WriteAsync(folder, 5, 6, 7);
        var backup = SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        Assert.Equal(new Backup(Copy, new FileInfo(Copy).Length, 3, 0), backup);
        Assert.Equal([Copy], Directory.GetFiles(folder.Path, "copy*"));
    }

    [Fact]
    public async Task A_backup_never_overwrites_a_file()
    {
        await WriteAsync(folder, 5);
        await File.WriteAllTextAsync(Copy, "precious");
        var refusal = Assert.Throws<BackupException>(() => SqliteBackup.Make(folder.Path, Copy, CancellationToken.None));
        Assert.Contains(Copy, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Copy));
    }

    [Fact]
    public async Task A_backup_into_a_folder_that_is_not_there_is_refused()
    {
        await WriteAsync(folder, 5);
        Assert.Throws<BackupException>(() => SqliteBackup.Make(folder.Path, folder.Of("missing/copy.db"), CancellationToken.None));
    }

    [Fact]
    public void A_folder_without_a_database_is_refused_and_gets_none()
    {
        var refusal = Assert.Throws<BackupException>(() => SqliteBackup.Make(folder.Path, Copy, CancellationToken.None));
        Assert.Contains("--data", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_backup_that_is_called_off_leaves_nothing()
    {
        await WriteAsync(folder, 5);
        Assert.ThrowsAny<OperationCanceledException>(() => SqliteBackup.Make(folder.Path, Copy, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(folder.Path, "copy*"));
    }

    [Fact]
    public async Task A_restore_keeps_what_was_there_and_that_can_be_restored_too()
    {
        await WriteAsync(folder, 5);
        SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        await WriteAsync(folder, 9);

        var restored = SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None);
        Assert.Equal(folder.DatabaseFile + ".20260302T120000Z", restored.KeptAs);
        Assert.Equal([5], await ScoresAsync(folder));
        Assert.Equal(["5", "9"], Kept(restored.KeptAs!));

        time.Advance(TimeSpan.FromSeconds(1));
        var back = SqliteBackup.Restore(folder.Path, restored.KeptAs!, time, CancellationToken.None);
        Assert.Equal([9], await ScoresAsync(folder));
        Assert.Equal(["5"], Kept(back.KeptAs!));
    }

    [Fact]
    public async Task A_second_restore_in_the_same_second_is_refused_and_changes_nothing()
    {
        await WriteAsync(folder, 5);
        SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None);
        await WriteAsync(folder, 9);
        Assert.Throws<BackupException>(() => SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None));
        Assert.Equal([9], await ScoresAsync(folder));
    }

    [Fact]
    public async Task A_restore_is_refused_while_a_server_runs()
    {
        await WriteAsync(folder, 5);
        SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        await using var store = folder.Open();
        var refusal = Assert.Throws<StoreOpenException>(() => SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None));
        Assert.Contains("Another server", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_is_replaced_and_kept()
    {
        await WriteAsync(folder, 5);
        SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        var damaged = new string('x', 9_000);
        await File.WriteAllTextAsync(folder.DatabaseFile, damaged);
        Assert.Throws<StoreOpenException>(() => folder.Open());

        var restored = SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None);
        Assert.Equal([5], await ScoresAsync(folder));
        Assert.Equal(damaged, await File.ReadAllTextAsync(restored.KeptAs!));
    }

    [Fact]
    public async Task What_a_reader_keeps_in_the_write_ahead_log_is_kept_too()
    {
        await WriteAsync(folder, 5);
        SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        using (var reader = folder.Connect())
        {
            SqliteFile.Execute(reader, "BEGIN; SELECT count(*) FROM log");
            await WriteAsync(folder, 9);
            string? kept = null;
            try
            {
                kept = SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None).KeptAs;
            }
            catch (BackupException)
            {
                // Refusing is as good as keeping.
            }

            SqliteFile.Execute(reader, "COMMIT");
            Assert.Equal(["5", "9"], kept is null ? folder.Select("SELECT score FROM log ORDER BY number") : Kept(kept));
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Contains(Copy, Assert.Throws<BackupException>(() => SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("foreign")]
    [InlineData("truncated")]
    [InlineData("cut to one page")]
    [InlineData("damaged")]
    [InlineData("too new")]
    public async Task A_file_that_is_no_good_backup_is_refused_and_nothing_changes(string kind)
    {
        await WriteAsync(folder, [.. Enumerable.Range(1, 3_000)]);
        SqliteBackup.Make(folder.Path, Copy, CancellationToken.None);
        Spoil(kind);
        var before = await File.ReadAllBytesAsync(folder.DatabaseFile);
        var files = Directory.GetFiles(folder.Path).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order().ToArray();

        var refusal = Record.Exception(() => SqliteBackup.Restore(folder.Path, Copy, time, CancellationToken.None));

        Assert.Equal(before, await File.ReadAllBytesAsync(folder.DatabaseFile));
        Assert.Equal(files, Directory.GetFiles(folder.Path).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order());
        Assert.IsType<BackupException>(refusal);
    }

    private void Spoil(string kind)
    {
        var bytes = File.ReadAllBytes(Copy);
        switch (kind)
        {
            case "text":
                File.WriteAllText(Copy, new string('x', 9_000));
                break;

            case "empty":
                File.WriteAllText(Copy, "");
                break;

            case "foreign":
                File.Delete(Copy);
                using (var foreign = SqliteFile.Open(Copy, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWriteCreate, 256))
                {
                    SqliteFile.Execute(foreign, "CREATE TABLE theirs (x)");
                }

                break;

            case "truncated":
                File.WriteAllBytes(Copy, bytes[..(bytes.Length / 2 / 4_096 * 4_096)]);
                break;

            case "cut to one page":
                File.WriteAllBytes(Copy, bytes[..4_096]);
                break;

            case "damaged":
                bytes.AsSpan(bytes.Length / 2, 8_192).Fill(0xA5);
                File.WriteAllBytes(Copy, bytes);
                break;

            case "too new":
                using (var newer = SqliteFile.Open(Copy, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite, 256))
                {
                    SqliteFile.Execute(newer, "UPDATE schema SET min_program_version = 99");
                }

                break;

            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static async Task WriteAsync(TemporaryFolder folder, params int[] scores)
    {
        await using var store = folder.Open();
        await store.OpenGameAsync("main");
        var order = (await LoadedWindow.LoadAsync(store, 1)).LastOrder;
        foreach (var score in scores)
        {
            await store.CommitAsync(StoreCalls.Row(1, 1, score, ++order));
        }
    }

    private static async Task<IEnumerable<long>> ScoresAsync(TemporaryFolder folder)
    {
        await using var store = folder.Open();
        return (await LoadedWindow.LoadAsync(store, 1)).Entries.Values.Select(static entry => entry.Score.Value);
    }

    private static List<string> Kept(string file)
    {
        using var other = new TemporaryFolder();
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (File.Exists(file + suffix))
            {
                File.Copy(file + suffix, other.DatabaseFile + suffix);
            }
        }

        return other.Select("SELECT score FROM log ORDER BY number");
    }
}
