using System.Security.Cryptography;
using Jinbang.Boards.Players;
using Jinbang.Ranking;

namespace Jinbang.Boards.Tests.Players;

public sealed class PublicIdsTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    /// <summary>Computed by another program. Ids are in the hands of players: a change of these lines breaks every one of them.</summary>
    [Theory]
    [InlineData(1, 1, "d29rxpwevbzcwst3")]
    [InlineData(1, 2, "e8pgcnnx78tzqbxe")]
    [InlineData(2, 1, "q2abbv5rpgh8v945")]
    [InlineData(7, 123_456_789, "9967x26h2h7an4ta")]
    [InlineData(1, int.MaxValue, "2zkvy5nye86aptpx")]
    public void The_algorithm_never_changes(int game, int player, string id)
    {
        var ids = new PublicIds(Secret, game);
        Assert.Equal(id, ids.Of(new PlayerId(player)).ToString());
        Assert.True(PublicId.TryParse(id, out var parsed));
        Assert.True(ids.TryRead(parsed, out var read));
        Assert.Equal(player, read.Number);
    }

    [Fact]
    public void A_hundred_thousand_players_have_different_ids_that_no_other_game_or_secret_reads()
    {
        var secret = RandomNumberGenerator.GetBytes(PublicIds.SecretBytes);
        var ids = new PublicIds(secret, 1);
        var otherGame = new PublicIds(secret, 2);
        secret[31] ^= 1;
        var otherSecret = new PublicIds(secret, 1);
        var seen = new HashSet<PublicId>();
        for (var number = 1; number <= 100_000; number++)
        {
            var id = ids.Of(new PlayerId(number));
            Assert.True(seen.Add(id));
            Assert.True(ids.TryRead(id, out var read));
            Assert.Equal(number, read.Number);
            Assert.False(otherGame.TryRead(id, out read));
            Assert.Equal(default, read);
            Assert.False(otherSecret.TryRead(id, out _));
        }
    }

    [Fact]
    public void Every_number_comes_back()
    {
        var random = new Random(Seeds.New());
        for (var i = 0; i < 20_000; i++)
        {
            var ids = new PublicIds(Secret, random.Next(10));
            var player = new PlayerId(random.Next(1, int.MaxValue) >> random.Next(31));
            if (player.IsSome)
            {
                Assert.True(ids.TryRead(ids.Of(player), out var read));
                Assert.Equal(player, read);
            }
        }
    }

    [Fact]
    public void An_id_with_any_bit_changed_is_refused()
    {
        var ids = new PublicIds(Secret, 3);
        for (var number = 1; number <= 500; number++)
        {
            var id = ids.Of(new PlayerId(number));
            for (var bit = 0; bit < 80; bit++)
            {
                var changed = bit < 64 ? id with { Low = id.Low ^ (1UL << bit) } : id with { High = (ushort)(id.High ^ (1 << (bit - 64))) };
                Assert.False(ids.TryRead(changed, out _));
            }
        }
    }

    [Fact]
    public void Guessed_ids_are_refused()
    {
        var ids = new PublicIds(Secret, 3);
        Assert.False(ids.TryRead(default, out _));
        for (var i = 0; i < 100_000; i++)
        {
            Assert.False(ids.TryRead(PublicId.New(), out _));
        }
    }

    /// <summary>Of players in a row: every byte takes every value as often as the others, and a bit of the number changes half of the id's.</summary>
    [Fact]
    public void Ids_look_random()
    {
        const int players = 65_536;
        var ids = new PublicIds(Secret, 1);
        var counts = new int[PublicId.Bytes, 256];
        var changed = 0L;
        Span<byte> bytes = stackalloc byte[PublicId.Bytes];
        for (var number = 1; number <= players; number++)
        {
            var id = ids.Of(new PlayerId(number));
            id.Write(bytes);
            for (var at = 0; at < bytes.Length; at++)
            {
                counts[at, bytes[at]]++;
            }

            var next = ids.Of(new PlayerId(number ^ (1 << 20)));
            changed += long.PopCount((long)(id.Low ^ next.Low)) + int.PopCount(id.High ^ next.High);
        }

        for (var at = 0; at < PublicId.Bytes; at++)
        {
            // 255 degrees of freedom: the mean is 255, the deviation 22.6; the secret is fixed, so this cannot fail by chance.
            var square = Enumerable.Range(0, 256).Sum(value => Math.Pow(counts[at, value] - (players / 256.0), 2) / (players / 256.0));
            Assert.InRange(square, 255 - (5 * 22.6), 255 + (5 * 22.6));
        }

        Assert.InRange(changed / (double)players, 39.8, 40.2);
    }

    [Fact]
    public void Making_and_reading_ids_allocates_nothing()
    {
        var ids = new PublicIds(Secret, 1);
        _ = ids.TryRead(ids.Of(new PlayerId(1)), out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 1; number < 1_000; number++)
        {
            _ = ids.TryRead(ids.Of(new PlayerId(number)), out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Who_is_no_player_has_no_id() => Assert.Throws<ArgumentOutOfRangeException>(static () => new PublicIds(Secret, 1).Of(default));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_of_another_length_is_refused(int length) => Assert.Throws<ArgumentException>(() => new PublicIds(new byte[length], 1));
}
