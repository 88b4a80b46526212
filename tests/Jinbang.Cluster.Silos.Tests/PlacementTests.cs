using System.Net;
using Jinbang.Boards.Storage;
using Jinbang.Cluster.Placement;
using Orleans.Runtime;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class PlacementTests
{
    private static readonly SiloAddress[] Silos = [.. Enumerable.Range(1, 3).Select(static i => SiloAddress.New(IPAddress.Loopback, 5000 + i, i))];

    [Fact]
    public void A_board_goes_to_its_owner_while_his_lease_runs()
    {
        Assert.Equal(Silos[2], Choose(new ClusterState(Members(1, 2, 3), Owned(owner: 3, follower: 2))));
    }

    [Fact]
    public void A_board_without_an_owner_goes_to_its_follower()
    {
        Assert.Equal(Silos[1], Choose(new ClusterState(Members(1, 2), Owned(owner: 3, follower: 2, isAlive: false))));
    }

    [Fact]
    public void Else_a_board_goes_to_whoever_holds_the_least()
    {
        Assert.Equal(Silos[0], Choose(new ClusterState(Members(1, 2, 3), Owned(owner: 0, follower: 0, isAlive: false))));
        var placed = new Dictionary<SiloAddress, int> { [Silos[0]] = 40 };
        Assert.Equal(Silos[1], Choose(new ClusterState(Members(1, 2, 3), Owned(0, 0, false)), placed));
    }

    [Fact]
    public void A_board_never_goes_to_a_server_without_a_lease_if_another_has_one()
    {
        Assert.Equal(Silos[2], Choose(new ClusterState(Members(3), Owned(owner: 1, follower: 2, isAlive: false))));
    }

    [Fact]
    public void When_nothing_is_known_of_anybody_anyone_is_tried()
    {
        Assert.Equal(Silos[1], BoardPlacementDirector.Choose(7, Silos, ClusterState.Unknown, new Dictionary<SiloAddress, int>(), static _ => 1));
        Assert.Null(BoardPlacementDirector.Choose(7, [], ClusterState.Unknown, new Dictionary<SiloAddress, int>(), static _ => 0));
    }

    [Fact]
    public void Of_two_lives_of_a_server_the_later_counts()
    {
        Member[] members = [.. Members(1), new Member(9, new MemberDescription("again", Silos[0].Endpoint.ToString()), default, TimeSpan.FromSeconds(1))];
        Assert.Equal(9, new ClusterState(members, new Dictionary<int, Ownership>()).MemberOf(Silos[0])!.Number);
    }

    private static SiloAddress? Choose(ClusterState state, Dictionary<SiloAddress, int>? placed = null) =>
        BoardPlacementDirector.Choose(7, Silos, state, placed ?? [], static _ => 0);

    private static Member[] Members(params int[] numbers) => [.. numbers.Select(static number =>
        new Member(number, new MemberDescription($"m{number}", Silos[number - 1].Endpoint.ToString()), new MemberLoad(number, 1000 * number, 0), TimeSpan.FromSeconds(1)))];

    private static Dictionary<int, Ownership> Owned(int owner, int follower, bool isAlive = true) => new() { [7] = new Ownership(7, 1, owner, follower, isAlive) };
}
