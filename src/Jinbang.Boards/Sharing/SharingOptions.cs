using Jinbang.Boards.Storage;

namespace Jinbang.Boards.Sharing;

/// <summary>How a process shares its store with others.</summary>
public sealed record SharingOptions
{
    /// <summary>What others are to know of this process.</summary>
    public required MemberDescription Description { get; init; }

    /// <summary>
    /// How long a lease is. Boards of a process that was killed, frozen or cut off are not answered for before its lease has run out; a process that cannot renew its
    /// lease for as long answers nothing from memory.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a lease is renewed.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the deletion of a player waits for all boards before it is answered "unavailable" and goes on by itself.</summary>
    public TimeSpan Erasing { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a follower asks what is new.</summary>
    public TimeSpan Following { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>For tests only: answers from memory without a lease, which shows stale ranks when a frozen process wakes up.</summary>
    internal bool UnsafeWithoutLease { get; init; }
}
