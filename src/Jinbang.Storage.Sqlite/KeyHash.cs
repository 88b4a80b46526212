using System.Buffers.Binary;
using Jinbang.Ranking;

namespace Jinbang.Storage.Sqlite;

/// <summary>
/// The hash by which idempotency keys are found, keyed with the store's secret: nobody outside can choose keys that collide. Two keys with one hash do no
/// harm, because what is found is compared with the log. 0 stands for no key.
/// </summary>
internal sealed class KeyHash
{
    private readonly KeyedHash hash;

    /// <param name="secret">The store's secret; only its second half is used, under a name of its own.</param>
    public KeyHash(ReadOnlySpan<byte> secret)
    {
        var seed = new KeyedHash(BinaryPrimitives.ReadUInt64LittleEndian(secret[16..]), BinaryPrimitives.ReadUInt64LittleEndian(secret[24..]));
        hash = new KeyedHash(seed.Compute("idempotency key 0"u8), seed.Compute("idempotency key 1"u8));
    }

    public long Of(ReadOnlySpan<byte> key) => hash.Compute(key) is not 0 and var found ? (long)found : 1;
}
