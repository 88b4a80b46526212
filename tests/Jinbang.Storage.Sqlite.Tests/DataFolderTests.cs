using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Sqlite.Tests;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_folder_is_held_by_one_and_free_again_after_it()
    {
        using (DataFolder.Take(temporary.Path))
        {
            var refusal = Assert.Throws<StoreOpenException>(() => DataFolder.Take(temporary.Path));
            Assert.Contains(temporary.Path, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Another server already runs", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("--data", refusal.Message, StringComparison.Ordinal);
        }

        using var again = DataFolder.Take(temporary.Path);
        Assert.Equal(temporary.Path, again.Path);
    }

    [Fact]
    public void A_missing_folder_is_made_with_its_parents()
    {
        using var folder = DataFolder.Take(temporary.Of("a/b/c"));
        Assert.True(Directory.Exists(temporary.Of("a/b/c")));
        Assert.Equal(temporary.Of("a/b/c/jinbang.db"), folder.DatabaseFile);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_refused_by_its_name()
    {
        File.WriteAllText(temporary.Of("taken"), "");
        var refusal = Assert.Throws<StoreOpenException>(() => DataFolder.Take(temporary.Of("taken")));
        Assert.Contains(temporary.Of("taken"), refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Another server", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_file_left_by_a_dead_server_is_no_obstacle()
    {
        File.WriteAllText(temporary.Of("jinbang.lock"), "");
        using var folder = DataFolder.Take(temporary.Path);
        Assert.NotNull(folder);
    }

    [Fact]
    public async Task The_store_frees_the_folder_when_it_is_disposed()
    {
        await using (temporary.Open())
        {
            Assert.Throws<StoreOpenException>(() => DataFolder.Take(temporary.Path));
        }

        using var free = DataFolder.Take(temporary.Path);
        Assert.NotNull(free);
    }
}
