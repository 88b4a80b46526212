using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class MigratorTests : IDisposable
{
    private const string Schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Scripts_are_numbered_from_one_without_a_gap_and_ask_for_no_later_program()
    {
        var scripts = Migrator.Scripts();
        Assert.Equal(Enumerable.Range(1, scripts.Count), scripts.Select(static script => script.Version));
        Assert.All(scripts, static script => Assert.InRange(script.MinProgramVersion, 1, script.Version));
        Assert.Equal(scripts.Count, Migrator.ProgramVersion);
    }

    [Fact]
    public async Task A_fresh_file_gets_the_whole_schema_and_is_marked_as_ours()
    {
        await using (folder.Open())
        {
        }

        Assert.Equal([$"{SqliteFile.ApplicationId}"], folder.Select("PRAGMA application_id"));
        Assert.Equal([$"1|{Migrator.ProgramVersion}|{Migrator.Scripts()[^1].MinProgramVersion}"], folder.Select("SELECT * FROM schema"));
        Assert.Equal(["wal"], folder.Select("PRAGMA journal_mode"));
        Assert.Equal(["0|0|0"], folder.Select("SELECT commit_number, log_number, folded FROM store"));
    }

    [Fact]
    public void Migrating_again_changes_nothing()
    {
        using var connection = folder.Create();
        Migrator.Migrate(connection);
        var before = folder.Select(Schema);
        Migrator.Migrate(connection);
        Assert.Equal(before, folder.Select(Schema));
        Assert.Equal([$"1|{Migrator.ProgramVersion}|{Migrator.Scripts()[^1].MinProgramVersion}"], folder.Select("SELECT * FROM schema"));
    }

    [Fact]
    public async Task A_database_that_needs_a_newer_program_is_refused_and_left_as_it_is()
    {
        await using (folder.Open())
        {
        }

        folder.Execute("UPDATE schema SET schema_version = 99, min_program_version = 98");
        var before = await File.ReadAllBytesAsync(folder.DatabaseFile);
        var refusal = Assert.Throws<StoreOpenException>(() => folder.Open());
        Assert.Contains("98", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("newer program", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(folder.DatabaseFile));
    }

    [Fact]
    public async Task A_newer_schema_that_this_program_can_still_work_with_is_opened()
    {
        await using (folder.Open())
        {
        }

        folder.Execute("UPDATE schema SET schema_version = 99; ALTER TABLE log ADD COLUMN later TEXT");
        await using var store = folder.Open();
        await store.OpenGameAsync("main");
        Assert.Equal(1, await store.CommitAsync(StoreCalls.Row(1, 1, 5, 1)));
        Assert.Equal(["99"], folder.Select("SELECT schema_version FROM schema"));
    }

    [Theory]
    [InlineData("CREATE TABLE theirs (x)")]
    [InlineData("PRAGMA application_id = 1234; CREATE TABLE theirs (x)")]
    [InlineData("PRAGMA application_id = 1234")]
    public void A_database_of_another_program_is_refused_and_not_touched(string sql)
    {
        using (var theirs = folder.Create())
        {
            SqliteFile.Execute(theirs, sql);
        }

        var before = File.ReadAllBytes(folder.DatabaseFile);
        var refusal = Assert.Throws<StoreOpenException>(() => folder.Open());
        Assert.Contains("another program", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(folder.DatabaseFile, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.DatabaseFile));
        Assert.Equal([folder.DatabaseFile], Directory.GetFiles(folder.Path, "jinbang.db*"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_not_touched()
    {
        var text = string.Concat(Enumerable.Repeat("These are notes and no database. ", 300));
        File.WriteAllText(folder.DatabaseFile, text);
        var refusal = Assert.Throws<StoreOpenException>(() => folder.Open());
        Assert.Contains(folder.DatabaseFile, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(folder.DatabaseFile));
    }

    [Fact]
    public void A_refused_start_leaves_the_folder_free()
    {
        File.WriteAllText(folder.DatabaseFile, new string('x', 5_000));
        Assert.Throws<StoreOpenException>(() => folder.Open());
        using var free = DataFolder.Take(folder.Path);
        File.Delete(folder.DatabaseFile);
    }

    [Fact]
    public void A_script_that_fails_is_rolled_back_whole_and_earlier_ones_stay()
    {
        using var connection = folder.Create();
        MigrationScript[] scripts =
        [
            .. Migrator.Scripts(),
            new(52, 1, "CREATE TABLE second (x); INSERT INTO second VALUES (1); INSERT INTO nowhere VALUES (1);"),
            new(51, 1, "CREATE TABLE first (x);"),
        ];
        Assert.ThrowsAny<Exception>(() => Migrator.Migrate(connection, scripts, 52));
        Assert.Equal(["first"], folder.Select("SELECT name FROM sqlite_schema WHERE name IN ('first', 'second')"));
        Assert.Equal(["51"], folder.Select("SELECT schema_version FROM schema"));

        scripts[^2] = new MigrationScript(52, 52, "CREATE TABLE second (x);");
        Migrator.Migrate(connection, scripts, 52);
        Assert.Equal(["52|52"], folder.Select("SELECT schema_version, min_program_version FROM schema"));
        Assert.Throws<StoreOpenException>(() => Migrator.Migrate(connection, scripts, 51));
    }

    [Theory]
    [InlineData("CREATE TABLE first (x);\n")]
    [InlineData("\n-- min_program_version: 1\n")]
    public void A_script_without_its_mark_is_refused(string sql) =>
        Assert.Contains("0007-nothing.sql", Assert.Throws<FormatException>(() => MigrationScript.Read("0007-nothing.sql", sql)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_script_says_its_number_and_the_program_it_needs()
    {
        var script = MigrationScript.Read("0012-more.sql", "-- min_program_version: 9\r\nSELECT 1;");
        Assert.Equal((12, 9), (script.Version, script.MinProgramVersion));
    }
}
