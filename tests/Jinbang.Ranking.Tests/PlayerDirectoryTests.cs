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

    private static byte[] IdOf(int player) => Encoding.ASCII.GetBytes($"o-player-{player}-of-the-test");
}
