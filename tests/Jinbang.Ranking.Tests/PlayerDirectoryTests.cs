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
        Assert.Throws<ArgumentException>(() => directory.Add(new byte[65_001], new PlayerId(1)));
        directory.Add(new byte[65_000], new PlayerId(1));
        Assert.True(directory.TryFind(new byte[65_000], out _));
    }

    private static byte[] IdOf(int player) => Encoding.ASCII.GetBytes($"o-player-{player}-of-the-test");
}
