using Jinbang.Boards.Storage;
using Jinbang.Server.Operating;
using Jinbang.Storage.Postgres;

namespace Jinbang.Server.Tests.Operating;

public sealed class ClusterCommandTests
{
    [Fact]
    public void The_status_is_two_tables_that_people_can_read()
    {
        var status = new SharedStatus(
            2,
            [
                new(4, "east:11111", "10.0.0.1:11111", false, new MemberLoad(2, 1_200_000, 0), TimeSpan.FromSeconds(0.94)),
                new(5, "west:11111", "10.0.0.2:11111", false, new MemberLoad(0, 0, 1_200_000), TimeSpan.FromSeconds(-3)),
            ],
            [new("lantern-run", "main", 1, 7, 4, 5, 1_200_000, 12, 3), new("lantern-run", "weekly", 2, 1, 9, 0, 0, 0, null)],
            "a commit is on two disks",
            [new("standby1", "streaming", "sync")]);
        using var output = new StringWriter();
        ClusterCommand.Write(output, status);
        Assert.Equal(
            """
            Schema 2. Durability: a commit is on two disks.
            Standby standby1: streaming, sync.

            SERVER  NAME        ADDRESS         LEASE    BOARDS  ENTRIES    COPIES
            4       east:11111  10.0.0.1:11111  0.9 s    2       1,200,000  0
            5       west:11111  10.0.0.2:11111  run out  0       0          1,200,000

            BOARD               NUMBER  EPOCH  OWNER       FOLLOWER    LAG  ENTRIES    UNFOLDED
            lantern-run/main    1       7      east:11111  west:11111  3    1,200,000  12
            lantern-run/weekly  2       1      9 (gone)    -           -    0          0

            """.ReplaceLineEndings("\n"),
            output.ToString().ReplaceLineEndings("\n"));
    }
}
