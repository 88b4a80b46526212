namespace Jinbang.Bench.Load.Client;

/// <summary>
/// A source of requests, called by one thread. Some never end, such as players at play (<see cref="Workload"/>, <see cref="V1Workload"/>); others do, such as
/// the seeding (<see cref="SeedWorkload"/>).
/// </summary>
internal interface IWorkload
{
    /// <summary>Writes the next whole HTTP request into the buffer, or returns false when there are no more.</summary>
    bool TryWriteNext(Span<byte> destination, out int length, out AwaitedReply reply);

    /// <summary>The reply has come, right or wrong, or never will.</summary>
    void Finished(AwaitedReply reply);
}

/// <summary>What a request's reply must look like.</summary>
/// <param name="BodyStart">The bytes with which the body must begin.</param>
/// <param name="Player">The player whose score is under way, or -1.</param>
internal readonly record struct AwaitedReply(byte[] BodyStart, int Player);
