using Jinbang.Cluster.Calls;
using Orleans.Concurrency;

namespace Jinbang.Cluster;

/// <summary>Where a board is served, by the board's number. See <see cref="BoardGrain"/>.</summary>
[Alias("jinbang.board")]
internal interface IBoardGrain : IGrainWithIntegerKey
{
    /// <summary>Sees to it that the board is served.</summary>
    [Alias("wake")]
    ValueTask<BoardState> WakeAsync();

    /// <summary>Submits; returns when all are durable and applied, or refused.</summary>
    [Alias("submit")]
    ValueTask<SubmitReplies> SubmitAsync([Immutable] SubmitCalls batch);

    /// <summary>Answers questions.</summary>
    [Alias("read")]
    ValueTask<ReadReplies> ReadAsync([Immutable] ReadCalls batch);

    /// <summary>Changes the board; making windows again from the log may take a while.</summary>
    [Alias("change")]
    [ResponseTimeout("00:01:00")]
    ValueTask<ChangeReply> ChangeAsync([Immutable] ChangeCall change);
}
