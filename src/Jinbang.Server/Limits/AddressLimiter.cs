using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Jinbang.Ranking;

namespace Jinbang.Server.Limits;

/// <summary>
/// A token bucket per client address: IPv4 by address, IPv6 by /64. Memory is fixed (1.5 MiB): the buckets lie in sets of four, and a new address takes
/// the place of the one in its set that has been quiet for longest, which then starts afresh. Which set is secret, so nobody can aim at a neighbour.
/// </summary>
internal sealed class AddressLimiter
{
    private const int Sets = 1 << 14;
    private const int Ways = 4;

    private readonly Bucket[] buckets = new Bucket[Sets * Ways];
    private readonly Lock[] gates = [.. Enumerable.Range(0, 64).Select(static _ => new Lock())];
    private readonly KeyedHash hash;
    private readonly TimeProvider time;
    private readonly double perTick;
    private readonly double burst;

    /// <param name="perSecond">Requests per second that may go on for ever; 0 means no limit.</param>
    /// <param name="burst">Requests at once after a quiet time.</param>
    /// <param name="time">Its timestamps are used.</param>
    public AddressLimiter(int perSecond, int burst, TimeProvider time)
    {
        this.time = time;
        this.burst = burst;
        perTick = (double)perSecond / time.TimestampFrequency;
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        hash = new KeyedHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
    }

    /// <summary>Takes one token of the address's bucket, if there is one.</summary>
    public bool TryTake(IPAddress? address)
    {
        if (perTick == 0 || address is null)
        {
            return true;
        }

        var code = CodeOf(address);
        var set = (int)(code >> 50) * Ways;
        var now = time.GetTimestamp();
        lock (gates[(set / Ways) % gates.Length])
        {
            ref var bucket = ref Find(buckets.AsSpan(set, Ways), code, now);
            bucket.Tokens = Math.Min(burst, bucket.Tokens + ((now - bucket.At) * perTick));
            bucket.At = now;
            if (bucket.Tokens < 1)
            {
                return false;
            }

            bucket.Tokens--;
            return true;
        }
    }

    private ref Bucket Find(Span<Bucket> set, ulong code, long now)
    {
        var quietest = 0;
        for (var way = 0; way < set.Length; way++)
        {
            if (set[way].Code == code)
            {
                return ref set[way];
            }

            if (set[way].At < set[quietest].At)
            {
                quietest = way;
            }
        }

        set[quietest] = new Bucket { Code = code, At = now, Tokens = burst };
        return ref set[quietest];
    }

    private ulong CodeOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6)
        {
            address.TryWriteBytes(bytes, out _);
            return hash.Compute(bytes[12..]);
        }

        address.TryWriteBytes(bytes, out var length);
        return hash.Compute(bytes[..(length == 16 ? 8 : length)]);
    }

    private struct Bucket
    {
        public ulong Code;
        public long At;
        public double Tokens;
    }
}
