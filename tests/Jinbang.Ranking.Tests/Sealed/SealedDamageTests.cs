using Jinbang.Ranking.Sealed;

namespace Jinbang.Ranking.Tests.Sealed;

/// <summary>A damaged file is refused, or what is asked lies in its sound part and is answered right. Nothing else ever happens.</summary>
public sealed class SealedDamageTests
{
    private static readonly ColumnOrder Order = new(ScoreOrder.HigherIsBetter, ScoreOrder.LowerIsBetter);

    /// <summary>The highest player number: of a dense and of a sparse index.</summary>
    public static TheoryData<int> Indexes => [200, 1_000_000];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Any_flipped_bit_is_noticed(int highestPlayer)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var (standings, questions) = Write(folder, random, highestPlayer);
        var bytes = File.ReadAllBytes(folder.File);
        var refused = new int[bytes.Length / SealedBlock.Size];
        for (var at = 0; at < bytes.Length; at++)
        {
            folder.Overwrite(at, [(byte)(bytes[at] ^ (1 << random.Next(8)))]);
            refused[at / SealedBlock.Size] += at % 128 == 0 ? Ask(standings, questions) : Ask(standings, random.GetItems(questions, 8));
            folder.Overwrite(at, [bytes[at]]);
        }

        Assert.DoesNotContain(0, refused);
        Assert.Equal(0, Ask(standings, questions));
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Many_changed_bytes_are_noticed(int highestPlayer)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var (standings, questions) = Write(folder, random, highestPlayer);
        var bytes = File.ReadAllBytes(folder.File);
        for (var round = 0; round < 400; round++)
        {
            var changed = bytes.ToArray();
            for (var changes = random.Next(2, 12); changes > 0; changes--)
            {
                var at = random.Next(bytes.Length);
                var length = Math.Min(random.Next(1, 600), bytes.Length - at);
                switch (random.Next(3))
                {
                    case 0:
                        changed.AsSpan(at, length).Clear();
                        break;
                    case 1:
                        random.NextBytes(changed.AsSpan(at, length));
                        break;
                    case 2:
                        changed[at] ^= (byte)random.Next(256);
                        break;
                }
            }

            folder.Overwrite(0, changed);
            Ask(standings, random.GetItems(questions, 60));
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_file_of_any_other_length_is_refused(int highestPlayer)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var (standings, questions) = Write(folder, random, highestPlayer);
        var bytes = File.ReadAllBytes(folder.File);
        for (var length = bytes.Length + 4_200; length > bytes.Length; length--)
        {
            folder.SetLength(length);
            Assert.Equal(1, Ask(standings, [static standings => Assert.Equal(200, standings.Count)]));
            Ask(standings, random.GetItems(questions, 3));
        }

        folder.SetLength(bytes.Length);
        Assert.Equal(0, Ask(standings, questions));
        for (var length = bytes.Length - 1; length >= 0; length--)
        {
            folder.SetLength(length);
            Assert.Equal(1, Ask(standings, [static standings => Assert.Equal(200, standings.Count)]));
            Ask(standings, random.GetItems(questions, 3));
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_file_cut_short_while_it_is_open_is_refused_or_answered_right(int highestPlayer)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var (standings, questions) = Write(folder, random, highestPlayer);
        Assert.Equal(200, standings.Count);
        for (var length = (int)new FileInfo(folder.File).Length - 1; length >= 0; length -= random.Next(1, 700))
        {
            folder.SetLength(length);
            foreach (var ask in questions)
            {
                IsRefused(standings, ask);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Swapped_blocks_and_blocks_of_another_file_are_noticed(int highestPlayer)
    {
        var random = new Random(Seeds.New());
        using var folder = new SealedFolder();
        var (standings, questions) = Write(folder, random, highestPlayer);
        var bytes = File.ReadAllBytes(folder.File);
        var blocks = bytes.Chunk(SealedBlock.Size).ToArray();
        for (var one = 0; one < blocks.Length; one++)
        {
            for (var other = 0; other < one; other++)
            {
                folder.Overwrite(one * SealedBlock.Size, blocks[other]);
                folder.Overwrite(other * SealedBlock.Size, blocks[one]);
                Assert.NotEqual(0, Ask(standings, questions));
                folder.Overwrite(0, bytes);
            }
        }

        // The same entries written once more: every block is sound and of the right place, but not of this file.
        var model = Model(new Random(5), highestPlayer);
        folder.Write(model).Release();
        var first = File.ReadAllBytes(folder.File).Chunk(SealedBlock.Size).ToArray();
        var again = folder.Write(model);
        questions = [.. StandingsChecks.Questions(model, random)];
        var second = File.ReadAllBytes(folder.File);
        for (var block = 0; block < first.Length; block++)
        {
            folder.Overwrite(block * SealedBlock.Size, first[block]);
            Assert.NotEqual(0, Ask(again, questions));
            folder.Overwrite(0, second);
        }

        Assert.Equal(0, Ask(again, questions));
    }

    [Fact]
    public void The_file_of_something_else_is_refused()
    {
        using var folder = new SealedFolder();
        folder.Write(Model(new Random(1), 200)).Dispose();
        SealedLabel[] labels = [SealedFolder.Label with { Board = 1 }, SealedFolder.Label with { Window = 1 }, SealedFolder.Label with { LastOrder = 1 }];
        foreach (var label in labels)
        {
            var other = folder.Open(Order, label: label);
            var fault = Assert.Throws<SealedFileDamagedException>(() => other.Count);
            Assert.Contains("window.sealed", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(folder.Path, fault.Message, StringComparison.Ordinal);
        }

        var turned = folder.Open(ScoreOrder.HigherIsBetter);
        Assert.Throws<SealedFileDamagedException>(() => turned.Count);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(13, 0)]
    [InlineData(51, 0x80)]
    [InlineData(48, 0)]
    [InlineData(53, 2)]
    [InlineData(59, 0x80)]
    [InlineData(60, 0)]
    [InlineData(60, 5)]
    [InlineData(61, 0)]
    [InlineData(61, 3)]
    [InlineData(65, 0)]
    [InlineData(65, 2)]
    [InlineData(72, 1)]
    [InlineData(80, 2)]
    [InlineData(88, 1)]
    [InlineData(232, 1)]
    public void A_header_that_says_what_cannot_be_is_refused(int at, byte value)
    {
        using var folder = new SealedFolder();
        var standings = folder.Write(Model(new Random(1), 200));
        Reseal(folder, at, value);
        Assert.Throws<SealedFileDamagedException>(() => standings.Count);
    }

    [Fact]
    public void A_newer_format_is_not_called_damage()
    {
        using var folder = new SealedFolder();
        var standings = folder.Write(Model(new Random(1), 200));
        Reseal(folder, 8, 2);
        Assert.Contains("format 2", Assert.Throws<NotSupportedException>(() => standings.Count).Message, StringComparison.Ordinal);
    }

    private static StandingsModel Model(Random random, int highestPlayer) => RandomTables.Next(random, 200, highestPlayer, Order);

    private static (SealedStandings Standings, Action<Standings>[] Questions) Write(SealedFolder folder, Random random, int highestPlayer)
    {
        var model = Model(random, highestPlayer);
        return (folder.Write(model), [.. StandingsChecks.Questions(model, random)]);
    }

    /// <summary>Changes a byte of the header and makes its checksum right again.</summary>
    private static void Reseal(SealedFolder folder, int at, byte value)
    {
        var header = File.ReadAllBytes(folder.File)[..SealedBlock.Size];
        Assert.NotEqual(value, header[at]);
        header[at] = value;
        SealedBlock.Seal(header, 0, BitConverter.ToUInt64(header, 16));
        folder.Overwrite(0, header);
    }

    /// <summary>Asks the file as it is now and counts the questions that are refused as damage. Every other one must be answered right.</summary>
    private static int Ask(SealedStandings standings, Action<Standings>[] questions)
    {
        standings.Release();
        var refused = questions.Count(ask => IsRefused(standings, ask));
        standings.Release();
        return refused;
    }

    private static bool IsRefused(SealedStandings standings, Action<Standings> ask)
    {
        try
        {
            ask(standings);
            return false;
        }
        catch (SealedFileDamagedException)
        {
            return true;
        }
    }
}
