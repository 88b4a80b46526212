using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

public sealed class SealedFileTests
{
    private readonly Random random = new(1);

    [Fact]
    public void Writing_again_takes_the_place_of_the_older_file_and_syncs_its_folder()
    {
        using var folder = new SealedFolder();
        folder.Write(RandomTables.Next(random, 3_000, 3_000)).Dispose();
        var model = RandomTables.Next(random, 20, 20);
        var synced = new List<string>();
        SealedFile.Write(folder.File, new ListStandings(model), SealedFolder.Label, synced.Add);
        var standings = folder.Open(model.Order);
        StandingsChecks.Agree(standings, model, random);
        Assert.Equal([folder.Path], synced);
        Assert.Equal(["window.sealed"], folder.Names);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_write_that_fails_leaves_nothing_behind_and_the_older_file_as_it_was(int pages)
    {
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 100, 100);
        var standings = folder.Write(model);
        var source = new ListStandings(RandomTables.Next(random, 3_000, 3_000), _ =>
        {
            if (pages-- == 0)
            {
                throw new TimeoutException();
            }
        });
        Assert.Throws<TimeoutException>(() => SealedFile.Write(folder.File, source, SealedFolder.Label, SealedFolder.SyncNothing));
        Assert.Equal(["window.sealed"], folder.Names);
        StandingsChecks.Agree(standings, model, random);
    }

    [Fact]
    public void Where_there_is_no_folder_nothing_is_written()
    {
        using var folder = new SealedFolder();
        var path = Path.Combine(folder.Path, "none", "window.sealed");
        var source = new ListStandings(RandomTables.Next(random, 10, 10));
        Assert.Throws<DirectoryNotFoundException>(() => SealedFile.Write(path, source, SealedFolder.Label, SealedFolder.SyncNothing));
        Assert.Empty(folder.Names);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void Where_the_new_file_cannot_take_its_name_nothing_is_left()
    {
        using var folder = new SealedFolder();
        Directory.CreateDirectory(folder.File);
        var source = new ListStandings(RandomTables.Next(random, 10, 10));
        Assert.ThrowsAny<Exception>(() => SealedFile.Write(folder.File, source, SealedFolder.Label, SealedFolder.SyncNothing));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_second_write_of_the_same_file_is_refused_and_does_not_disturb_the_first()
    {
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 100, 100);
        var inner = new ListStandings(model);
        var source = new ListStandings(model, _ =>
            Assert.Throws<IOException>(() => SealedFile.Write(folder.File, inner, SealedFolder.Label, SealedFolder.SyncNothing)));
        SealedFile.Write(folder.File, source, SealedFolder.Label, SealedFolder.SyncNothing);
        var standings = folder.Open(model.Order);
        StandingsChecks.Agree(standings, model, random);
    }

    [Fact]
    public void What_a_crash_left_is_taken_over()
    {
        using var folder = new SealedFolder();
        File.WriteAllBytes(folder.File + ".new", new byte[1_000_000]);
        var model = RandomTables.Next(random, 100, 100);
        var standings = folder.Write(model);
        StandingsChecks.Agree(standings, model, random);
        Assert.Equal(["window.sealed"], folder.Names);
    }

    [Fact]
    public void Standings_that_change_meanwhile_are_not_written()
    {
        using var folder = new SealedFolder();
        var model = RandomTables.Next(random, 3_000, 3_000);
        var source = new ListStandings(model, position => model.Remove(position == 1_024 ? model.Entries[0].Player : default));
        Assert.Throws<InvalidOperationException>(() => SealedFile.Write(folder.File, source, SealedFolder.Label, SealedFolder.SyncNothing));
        Assert.Empty(folder.Names);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    public void The_largest_table_has_a_layout(int columns, bool isDense)
    {
        var layout = new SealedLayout(columns, int.MaxValue, int.MaxValue, isDense ? PositionIndex.Dense : PositionIndex.Sparse);
        var sections = Enumerable.Range(0, SealedLayout.Slots).Select(slot => layout[slot]).Where(static section => section.Blocks > 0).OrderBy(static section => section.First).ToArray();
        var end = 1L;
        foreach (var section in sections)
        {
            Assert.Equal(end, section.First);
            end = section.End;
        }

        Assert.Equal(end, layout.Blocks);
        Assert.Equal(1, layout.EntryTree.Levels[^1].Blocks);
        Assert.InRange(layout.EntryTree.Levels.Count, 3, SealedTree.MostLevels);
        Assert.Equal(isDense ? 0 : 3, layout.PlayerTree.Levels.Count);
        Assert.True(layout.Entries.Blocks * layout.EntriesPerBlock >= int.MaxValue);
    }
}
