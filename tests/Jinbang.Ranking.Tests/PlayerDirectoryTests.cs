using System.Text;
using CsCheck;
using Jinbang.Ranking;

namespace Jinbang.Ranking.Tests;

public sealed class PlayerDirectoryTests
{
    private static readonly KeyedHash Hash = new(1, 2);

    [Fact]
    public void Agrees_with_a_dictionary_for_ids_of_any_bytes() =>
        Gen.Byte.Array[1, 40].Array[0, 400].Sample(ids =>
        {
            var directory = new PlayerDirectory(Hash);
            var model = new Dictionary<string, PlayerId>();
            foreach (var id in ids)
            {
                var name = Convert.ToHexString(id);
                if (!model.TryGetValue(name, out var player))
                {
                    Assert.False(directory.TryFind(id, out _));
                    model.Add(name, player = new PlayerId(model.Count + 1));
                }

                directory.Add(id, player);
            }

            Assert.Equal(model.Count, directory.Count);
            Assert.All(model, known =>
            {
                Assert.True(directory.TryFind(Convert.FromHexString(known.Key), out var player));
                Assert.Equal(known.Value, player);
            });
        });

    /// <summary>Ids of one alphabet and of several, of every length, and ids that differ in the last bits that a packed id has.</summary>
    [Fact]
    public void Ids_of_every_length_and_alphabet_stay_apart()
    {
        var random = new Random(Seeds.New());
        var directory = new PlayerDirectory(Hash);
        var model = new Dictionary<string, int>();
        const string base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        string[] alphabets = [base64Url, "AB", "A", base64Url + " .=+/", "\u00e9\u6771\ud83c\udfae", "_\u0001"];
        for (var i = 0; i < 60_000; i++)
        {
            var alphabet = alphabets[random.Next(alphabets.Length)];
            var length = random.Next(3) == 0 ? random.Next(120, 129) : random.Next(1, 40);
            var id = string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
            var bytes = Encoding.UTF8.GetBytes(id.Replace("\ud83c", "", StringComparison.Ordinal).Replace("\udfae", "\ud83c\udfae", StringComparison.Ordinal));
            var name = Convert.ToHexString(bytes);
            if (bytes.Length is > 0 and <= 512 && model.TryAdd(name, model.Count + 1))
            {
                Assert.False(directory.TryFind(bytes, out _));
                directory.Add(bytes, new PlayerId(model[name]));
            }
        }

        Assert.Equal(model.Count, directory.Count);
        Assert.All(model, known => Assert.True(directory.TryFind(Convert.FromHexString(known.Key), out var player) && player.Number == known.Value));
    }

    /// <summary>A hash that is the same for all ids does not exist; one whose key an attacker knows does. Either way bytes decide.</summary>
    [Fact]
    public void Equal_hashes_never_confuse_two_players()
    {
        // Two ids whose hash agrees in the part and in all 32 bits that a slot keeps, found by trying: with 10 and 32 bits they are rare, so the key is fixed.
        var seen = new Dictionary<ulong, int>();
        var pair = (First: 0, Second: 0);
        Span<byte> packed = stackalloc byte[40];
        for (var number = 1; pair.Second == 0; number++)
        {
            var id = IdOf(number);
            var code = Hash.Compute(packed[..PackedId.Pack(id, packed)]) & 0xffc0_0000_ffff_ffff;
            if (!seen.TryAdd(code, number))
            {
                pair = (seen[code], number);
            }
        }

        var directory = new PlayerDirectory(Hash);
        directory.Add(IdOf(pair.First), new PlayerId(1));
        Assert.False(directory.TryFind(IdOf(pair.Second), out _));
        directory.Add(IdOf(pair.Second), new PlayerId(2));
        Assert.True(directory.TryFind(IdOf(pair.First), out var first) && first.Number == 1);
        Assert.True(directory.TryFind(IdOf(pair.Second), out var second) && second.Number == 2);
    }

    [Fact]
    public async Task Readers_beside_the_writer_see_every_player_added_before()
    {
        const int players = 200_000;
        var directory = new PlayerDirectory(Hash);
        var added = 0;
        var failure = (string?)null;
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            while (Volatile.Read(ref added) < players && failure is null)
            {
                var known = Volatile.Read(ref added);
                var wanted = random.Next(1, Math.Max(2, known + 1));
                if (known >= wanted && (!directory.TryFind(IdOf(wanted), out var found) || found.Number != wanted))
                {
                    failure = $"player {wanted} of {known} was found as {found}";
                }
            }
        })).ToArray();
        for (var player = 1; player <= players; player++)
        {
            directory.Add(IdOf(player), new PlayerId(player));
            Volatile.Write(ref added, player);
        }

        await Task.WhenAll(readers);
        Assert.Null(failure);
    }

    [Fact]
    public void An_id_keeps_its_number()
    {
        var directory = new PlayerDirectory(Hash);
        directory.Add("a"u8, new PlayerId(1));
        directory.Add("a"u8, new PlayerId(1));
        Assert.Throws<ArgumentException>(() => directory.Add("a"u8, new PlayerId(2)));
        Assert.Equal(1, directory.Count);
    }

    [Fact]
    public void Ids_that_cannot_be_are_refused()
    {
        var directory = new PlayerDirectory(Hash);
        Assert.Throws<ArgumentException>(() => directory.Add([], new PlayerId(1)));
        Assert.Throws<ArgumentException>(() => directory.Add(new byte[513], new PlayerId(1)));
        directory.Add(new byte[512], new PlayerId(1));
        Assert.True(directory.TryFind(new byte[512], out _));
    }

    [Fact]
    public void Adding_and_removing_agrees_with_a_dictionary()
    {
        var random = new Random(Seeds.New());
        for (var round = 0; round < 12; round++)
        {
            var directory = new PlayerDirectory(Hash);
            var model = new Dictionary<int, PlayerId>();
            var ids = random.Next(1, 20_000);
            var next = 1;
            for (var step = 0; step < 40_000; step++)
            {
                var id = random.Next(ids);

                // Rises, falls and rises again.
                if (random.Next(100) < (step / 10_000 % 2 == 0 ? 80 : 30))
                {
                    if (model.TryAdd(id, new PlayerId(next)))
                    {
                        next++;
                    }

                    directory.Add(IdOf(id), model[id]);
                }
                else
                {
                    Assert.Equal(model.Remove(id), directory.Remove(IdOf(id)));
                }

                var asked = random.Next(ids);
                Assert.Equal(model.TryGetValue(asked, out var expected), directory.TryFind(IdOf(asked), out var found));
                Assert.Equal(expected, found);
                Assert.Equal(model.Count, directory.Count);
            }

            for (var id = 0; id < ids; id++)
            {
                Assert.Equal(model.TryGetValue(id, out var expected), directory.TryFind(IdOf(id), out var found));
                Assert.Equal(expected, found);
            }
        }
    }

    [Fact]
    public void A_removed_id_lies_nowhere_and_can_come_back_under_another_number()
    {
        var directory = new PlayerDirectory(Hash);
        var id = "o-the-player-who-asked-to-be-forgotten"u8;
        for (var player = 1; player <= 60; player++)
        {
            directory.Add(IdOf(player), new PlayerId(player));
        }

        directory.Add(id, new PlayerId(61));

        // The slabs and the tables grow before he goes.
        for (var player = 62; player <= 100_000; player++)
        {
            directory.Add(IdOf(player), new PlayerId(player));
        }

        Assert.True(directory.HasRecordOf(id));
        Assert.True(directory.Remove(id));
        Assert.False(directory.HasRecordOf(id));
        Assert.False(directory.TryFind(id, out _));
        Assert.False(directory.Remove(id));
        Assert.Equal(99_999, directory.Count);
        for (var player = 1; player <= 100_000; player++)
        {
            Assert.True(player == 61 || (directory.TryFind(IdOf(player), out var found) && found.Number == player));
        }

        directory.Add(id, new PlayerId(100_001));
        Assert.True(directory.TryFind(id, out var again) && again.Number == 100_001);
    }

    [Fact]
    public void Removing_what_is_not_there_does_nothing()
    {
        var directory = new PlayerDirectory(Hash);
        Assert.False(directory.Remove("a"u8));
        Assert.False(directory.Remove([]));
        Assert.False(directory.Remove(new byte[513]));
        directory.Add("b"u8, new PlayerId(1));
        Assert.False(directory.Remove("a"u8));
        Assert.Equal(1, directory.Count);
    }

    [Fact]
    public void Tables_do_not_grow_by_an_id_that_comes_and_goes()
    {
        var directory = new PlayerDirectory(Hash);
        for (var cycle = 1; cycle <= 100_000; cycle++)
        {
            directory.Add("a"u8, new PlayerId(cycle));
            Assert.True(directory.Remove("a"u8));
        }

        Assert.Equal(0, directory.Count);
        Assert.InRange(directory.Slots, 4, 7);
    }

    [Fact]
    public void Tables_do_not_grow_by_ids_that_are_always_others()
    {
        const int players = 50_000;
        var directory = new PlayerDirectory(Hash);
        var grown = 0L;
        for (var player = 1; player <= 20 * players; player++)
        {
            directory.Add(IdOf(player), new PlayerId(player));
            if (player > players)
            {
                Assert.True(directory.Remove(IdOf(player - players)));
            }

            grown = player == 4 * players ? directory.Slots : grown;
        }

        // Parts have more players at one time than at another, so a few grow later.
        Assert.Equal(players, directory.Count);
        Assert.InRange(directory.Slots, players, Math.Min(4L * players, grown + (grown / 2)));
    }

    [Fact]
    public async Task Readers_beside_a_writer_who_removes_never_see_another_players_number()
    {
        const int ids = 64;
        const int steps = 400_000;
        var seed = Seeds.New();
        var directory = new PlayerDirectory(Hash);
        var names = Enumerable.Range(0, 2 * ids).Select(IdOf).ToArray();

        // The first half stays, the second comes and goes; a number says whose it is and grows each time he comes.
        for (var id = 0; id < 2 * ids; id++)
        {
            directory.Add(names[id], new PlayerId((2 * ids) + id));
        }

        var isOver = false;
        var failure = (string?)null;
        var readers = Enumerable.Range(1, 2).Select(reader => Task.Run(() =>
        {
            var random = new Random(seed + reader);
            var latest = new int[2 * ids];
            while (!Volatile.Read(ref isOver) && Volatile.Read(ref failure) is null)
            {
                var id = random.Next(2 * ids);
                var isThere = directory.TryFind(names[id], out var found);
                if ((id < ids && !isThere) || (isThere && (found.Number % (2 * ids) != id || found.Number < latest[id])))
                {
                    Volatile.Write(ref failure, $"id {id}: {isThere} {found} after {latest[id]}");
                }

                latest[id] = isThere ? found.Number : latest[id];
            }
        })).ToArray();
        var writer = new Random(seed);
        for (var step = 2; step < steps && Volatile.Read(ref failure) is null; step++)
        {
            // One that is there goes, one that is not comes; now and then a newcomer, so that tables are built anew.
            var id = ids + writer.Next(ids);
            if (!directory.Remove(names[id]))
            {
                directory.Add(names[id], new PlayerId((2 * ids * step) + id));
            }

            if (step % 8 == 0)
            {
                directory.Add(IdOf(1_000 + step), new PlayerId(int.MaxValue));
            }
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(readers);
        Assert.Null(failure);
    }

    /// <summary>Records of every size at the ends of the small slabs and of the first large ones.</summary>
    [Fact]
    public void Records_never_lie_across_the_end_of_a_slab()
    {
        var random = new Random(Seeds.New());
        var directory = new PlayerDirectory(Hash);
        var ids = new List<byte[]>();
        for (var bytes = 0; bytes < 5 << 20; bytes += ids[^1].Length)
        {
            var id = new byte[random.Next(8, 513)];
            random.NextBytes(id);
            BitConverter.TryWriteBytes(id, ids.Count);
            ids.Add(id);
            directory.Add(id, new PlayerId(ids.Count));
        }

        for (var i = 0; i < ids.Count; i++)
        {
            Assert.True(directory.TryFind(ids[i], out var found) && found.Number == i + 1);
        }
    }

    private static byte[] IdOf(int player) => Encoding.ASCII.GetBytes($"o-player-{player}-of-the-test");
}
