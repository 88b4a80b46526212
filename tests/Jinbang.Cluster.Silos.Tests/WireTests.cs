using System.Text.Json;
using CsCheck;
using Jinbang.Boards;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Cluster.Calls;
using Jinbang.Ranking;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class WireTests
{
    private static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private static readonly Gen<ScoreColumns> Scores = Gen.Select(Gen.Long, Gen.Long, Gen.Long, Gen.Long, static (a, b, c, d) => new ScoreColumns(a, b, c, d));
    private static readonly Gen<PlayerId> Players = Gen.Int[0, int.MaxValue].Select(static number => new PlayerId(number));
    private static readonly Gen<Rank> Ranks = Gen.Int[0, 1_000_000].Select(static place => new Rank(place));
    private static readonly Gen<string> Text = Gen.String[Gen.Char.AlphaNumeric, 0, 8];
    private static readonly Gen<byte[]?> Bytes = Gen.Byte.Array[0, 9].Null();
    private static readonly Gen<WindowName> Names = Gen.Select(Text, Text, static (rule, key) => new WindowName(rule, key));
    private static readonly Gen<DateTimeOffset> Times = Gen.Long[0, DateTimeOffset.MaxValue.Ticks].Select(static ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
    private static readonly Gen<SubmitResult> Results = Gen.Enum<SubmitResult>();

    private static readonly Gen<Profile> Profiles = Gen.Select(Bytes, Bytes, Gen.Byte[0, 2].Nullable(), Bytes, Bytes, static (nickname, avatar, sex, city, country) =>
        new Profile { Nickname = nickname, Avatar = avatar, Sex = sex, Province = city, City = city, Country = country });

    private static readonly Gen<Entry> Entries = Gen.Select(Players, Scores, Gen.Long, static (player, scores, order) => new Entry(player, scores, order));

    private static readonly Gen<WindowInfo> Infos = Gen.Select(
        Gen.Select(Names, Gen.Enum<WindowKind>(), Gen.Enum<WindowState>()),
        Gen.Select(Times.Nullable(), Times.Nullable(), Times.Nullable()),
        Gen.Select(Gen.Int, Gen.ULong),
        static (what, when, sum) => new WindowInfo
        {
            Name = what.Item1,
            Kind = what.Item2,
            State = what.Item3,
            Starts = when.Item1,
            Ends = when.Item2,
            Closes = when.Item3,
            ClosedAt = when.Item1,
            Count = sum.Item1,
            Checksum = sum.Item2,
        });

    [Fact]
    public void A_submission_arrives_as_it_was_sent() =>
        Gen.Select(Players, Scores, Text.Null(), Bytes, Names.Nullable()).Sample(static (player, scores, key, metadata, window) =>
        {
            var request = new SubmissionRequest { Player = player, Scores = scores, Key = key, Metadata = metadata, Window = window };
            var read = Wire.Read(Sent(new SubmitCalls { Calls = [Wire.Write(request, player)] }).Calls[0]);
            Assert.Equal(Told(request), Told(read));

            static string Told(SubmissionRequest request) => Json(new { request.Player, request.Scores, request.Key, request.Metadata, request.Window });
        });

    [Fact]
    public void An_outcome_arrives_as_it_was_sent()
    {
        var lines = Gen.Select(Names, Results, Scores, Ranks, Ranks, Gen.Int, static (name, result, scores, rank, before, count) =>
            new WindowReceipt(name, result, scores, rank, before, count));
        var receipts = Gen.Select(Players, Times, Gen.Long, Gen.Bool, lines.Array[0, 4], static (player, at, version, isRepetition, windows) =>
            new SubmissionReceipt { Player = player, At = at, Version = version, IsRepetition = isRepetition, Windows = windows });
        Gen.Select(Results, receipts.Null()).Sample(static (result, receipt) =>
        {
            var outcome = new SubmitOutcome(result, receipt);
            var read = Wire.Read(Sent(new SubmitReplies { Replies = [Wire.Write(outcome)] }).Replies[0]);
            Assert.Equal(Json(outcome), Json(read));
        });
    }

    [Fact]
    public void A_query_arrives_as_it_was_sent()
    {
        var queries = Gen.OneOf<StandingsQuery>(
            Gen.Select(Gen.Int, Gen.Int, static (place, limit) => (StandingsQuery)new StandingsQuery.From(place, limit)),
            Gen.Select(Scores, Gen.Long, Gen.Int, static (scores, order, limit) => (StandingsQuery)new StandingsQuery.After(scores, order, limit)),
            Gen.Select(Players, Gen.Int, static (player, limit) => (StandingsQuery)new StandingsQuery.Around(player, limit)),
            Gen.Select(Scores, Scores, Gen.Int, Gen.Int, static (best, worst, skip, limit) => (StandingsQuery)new StandingsQuery.Between(best, worst, skip, limit)),
            Players.Array[0, 5].Select(static players => (StandingsQuery)new StandingsQuery.Of(players)));
        Gen.Select(Names, queries).Sample(static (name, query) =>
        {
            var call = Sent(Wire.Write(name, query));
            Assert.Equal(name, Wire.NameOf(call));
            Assert.Equal(Json<object>(query), Json<object>(Wire.ReadQuery(call)!));
        });
    }

    [Fact]
    public void A_question_and_its_answer_arrive_as_they_were_sent()
    {
        Gen.Select(Names, Players, Scores.Nullable(), Gen.Int[1, 100].Nullable(), Gen.Decimal[0, 100].Nullable()).Sample(static (name, player, scores, rank, percentile) =>
        {
            var question = new Question { Player = player, Scores = scores, Rank = rank, Percentile = percentile };
            Assert.Equal(question, Wire.ReadQuestion(Sent(Wire.Write(name, question))));
        });
        var needed = Gen.Select(Gen.Enum<NeededScoreKind>(), Scores, static (kind, scores) => new NeededScore(kind, scores));
        Gen.Select(Gen.Select(Infos, Gen.Long), Gen.Select(Ranks.Nullable(), Gen.Int.Nullable(), Gen.Double.Unit.Nullable()), Gen.Select(needed.Nullable(), Scores.Nullable()))
            .Sample(static (what, numbers, scores) =>
            {
                var answer = new Answer
                {
                    Window = what.Item1,
                    Version = what.Item2,
                    RankFor = numbers.Item1,
                    Better = numbers.Item2,
                    Equal = numbers.Item2,
                    Worse = numbers.Item2,
                    PercentileOf = numbers.Item3,
                    Needed = scores.Item1,
                    ScoresAt = scores.Item2,
                };
                Assert.Equal(answer, Wire.ReadAnswer(Sent(Wire.Write(answer))));
            });
        Assert.Null(Wire.ReadAnswer(Sent(Wire.Write((Answer?)null))));
    }

    [Fact]
    public void Heads_and_pages_arrive_as_they_were_sent()
    {
        var rows = Gen.Select(Entries, Profiles.Null(), static (entry, profile) => new HeadRow(entry, profile));
        Gen.Select(Gen.Long[1, long.MaxValue], rows.Array[0, 5], Gen.Long).Sample(static (version, rows, board) =>
        {
            var head = new BoardHead(version, rows);
            var reply = Sent(Wire.Write(head, board, known: -1));
            Assert.Equal(board, reply.Version);
            Assert.Equal(Json(head), Json(Wire.ReadHead(reply)));
            Assert.Null(Wire.ReadHead(Sent(Wire.Write(head, board, known: version))));
        });
        var lines = Gen.Select(Ranks, Entries, Gen.Select(Gen.UShort, Gen.ULong), Profiles.Null(), Bytes, static (rank, entry, id, profile, metadata) =>
            new StandingsLine(rank, entry, new PublicId(id.Item1, id.Item2), profile, metadata));
        Gen.Select(Infos, Gen.Long, lines.Array[0, 5]).Sample(static (window, version, lines) =>
        {
            var page = new StandingsPage { Window = window, Version = version, Lines = lines };
            Assert.Equal(Json(page), Json(Wire.ReadPage(Sent(Wire.Write(page)))));
        });
        Assert.Null(Wire.ReadPage(Sent(Wire.Write((StandingsPage?)null))));
    }

    [Fact]
    public void Windows_histories_and_exports_arrive_as_they_were_sent()
    {
        Gen.Select(Infos.Array[0, 4], Gen.Int).Sample(static (windows, next) =>
        {
            var (read, cursor) = Wire.ReadWindows(Sent(Wire.Write(windows, next)));
            Assert.Equal(windows, read);
            Assert.Equal(next, cursor);
        });
        var windowLines = Gen.Select(Gen.Int, Results, Scores, Ranks, Ranks, Gen.Int, static (window, result, scores, rank, before, count) =>
            new WindowLine(window, result, scores, rank, before, count));
        var submissions = Gen.Select(Gen.Select(Gen.Long, Times, Gen.Int, Players), Gen.Select(Scores, Results, Text.Null(), Bytes), Gen.Select(windowLines, Names).Array[0, 3])
            .Select(static (row, what, windows) => new HistoryLine(
                new StoredSubmission
                {
                    Number = row.Item1,
                    At = row.Item2,
                    Board = row.Item3,
                    Player = row.Item4,
                    Order = row.Item1,
                    Submitted = what.Item1,
                    Result = what.Item2,
                    Key = what.Item3,
                    Metadata = what.Item4,
                    Windows = [.. windows.Select(static window => window.Item1)],
                },
                [.. windows.Select(static window => window.Item2)]));
        submissions.Array[0, 3].Sample(static lines => Assert.Equal(Json<object>(lines), Json<object>(Wire.ReadHistory(Sent(Wire.Write(lines))))));
        var exported = Gen.Select(Text, Names, Ranks, Entries, Bytes, static (board, name, rank, entry, metadata) =>
            new ExportedEntry(board, name, new Standing(rank, entry), metadata));
        exported.Array[0, 3].Sample(static entries => Assert.Equal(Json<object>(entries), Json<object>(Wire.ReadEntries(Sent(Wire.Write(entries))))));
    }

    [Fact]
    public void An_older_version_reads_what_a_newer_one_sends_and_the_other_way_round()
    {
        var newer = new NewerReply { State = ReadState.Answered, Version = 7, Score = 9, Novelty = "new", More = new NewerPart { Text = "x" } };
        var older = Serializer.Deserialize<OlderReply>(Serializer.SerializeToArray(newer))!;
        Assert.Equal((7L, 9L), (older.Version, older.Score));
        var back = Serializer.Deserialize<NewerReply>(Serializer.SerializeToArray(older))!;
        Assert.Equal((7L, 9L, null), (back.Version, back.Score, back.Novelty));
    }

    [Fact]
    public void Numbers_that_are_sent_never_change()
    {
        static string Pinned<T>()
            where T : struct, Enum => string.Join(" ", Enum.GetValues<T>().Select(static value => $"{Convert.ToInt32(value, null)}={value}"));
        Assert.Equal("0=Unavailable 1=Added 2=Changed 3=Unchanged 4=Removed 5=NotFound 6=NeedsRebuild 7=TooMany 8=Conflict", Pinned<CatalogOutcome>());
        Assert.Equal("0=Any 1=AtLeast 2=AlreadyThere 3=Impossible", Pinned<NeededScoreKind>());
        Assert.Equal("0=Served 1=Elsewhere 2=Loading 3=Gone", Pinned<BoardState>());
        Assert.Equal("0=Answered 1=Elsewhere 2=Unavailable 3=Gone 4=NotUnderstood 5=Failed", Pinned<ReadState>());
        Assert.Equal("1=Head 2=Score 3=From 4=After 5=Around 6=Between 7=Of 8=Question 9=Windows 10=History 11=Entries", Pinned<ReadKind>());
        Assert.Equal("1=Define 2=Delete 3=Close", Pinned<ChangeKind>());
    }

    private static T Sent<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value))!;

    private static string Json<T>(T value) => value is null ? "null" : JsonSerializer.Serialize(value, value.GetType());
}

/// <summary>What a later version could make of an answer.</summary>
[GenerateSerializer]
[Alias("test.newer")]
internal sealed class NewerReply
{
    [Id(0)]
    public ReadState State { get; init; }

    [Id(1)]
    public long Version { get; init; }

    [Id(2)]
    public string? Novelty { get; init; }

    [Id(3)]
    public long Score { get; init; }

    [Id(4)]
    public NewerPart? More { get; init; }
}

/// <summary>Something that the older version has never heard of.</summary>
[GenerateSerializer]
[Alias("test.newer.part")]
internal sealed class NewerPart
{
    [Id(0)]
    public string Text { get; init; } = "";
}

/// <summary>What an earlier version makes of it.</summary>
[GenerateSerializer]
[Alias("test.older")]
internal sealed class OlderReply
{
    [Id(0)]
    public ReadState State { get; init; }

    [Id(1)]
    public long Version { get; init; }

    [Id(3)]
    public long Score { get; init; }
}
