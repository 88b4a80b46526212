using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

public sealed class SealedTableTests
{
    [Fact]
    public void An_open_file_is_closed_when_the_last_reader_leaves_and_never_entered_again()
    {
        using var folder = new SealedFolder();
        var model = RandomTables.Next(new Random(1), 10, 10);
        folder.Write(model);
        var table = SealedTable.Open(folder.File, SealedFolder.Label, model.Order);
        var player = model.Entries[4].Player;
        Assert.True(table.TryEnter());

        // The owner lets go while a reader is inside.
        table.Leave();
        Assert.Equal(4, table.PositionOf(player));
        table.Leave();
        Assert.False(table.TryEnter());
        Assert.Throws<ObjectDisposedException>(() => table.PositionOf(player));
    }
}
