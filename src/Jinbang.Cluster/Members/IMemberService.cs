using Orleans.Concurrency;
using Orleans.Services;

namespace Jinbang.Cluster.Members;

/// <summary>What the servers of a cluster tell each other, each by its own address. All of it only makes things faster: what is missed is found in the store.</summary>
[Alias("jinbang.member")]
internal interface IMemberService : IGrainService
{
    /// <summary>Games, boards, records or players changed: read them again.</summary>
    [Alias("refresh")]
    Task RefreshAsync();

    /// <summary>Profiles changed.</summary>
    [Alias("profiles")]
    Task NoteProfilesAsync([Immutable] ProfileNote[] notes);

    /// <summary>There are events to be told to the outside.</summary>
    [Alias("events")]
    Task NoteEventsAsync();

    /// <summary>A server is about to leave: no board is to be placed there any more.</summary>
    [Alias("leaving")]
    Task NoteLeavingAsync(SiloAddress member);
}

/// <summary>Players of a game whose profiles changed.</summary>
[GenerateSerializer]
[Alias("jinbang.member.profiles")]
internal sealed class ProfileNote
{
    /// <summary>The game's id.</summary>
    [Id(0)]
    public string Game { get; init; } = "";

    /// <summary>The players' numbers.</summary>
    [Id(1)]
    public int[] Players { get; init; } = [];
}
