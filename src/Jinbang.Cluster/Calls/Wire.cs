using Jinbang.Boards;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Cluster.Calls;

/// <summary>Turns the boards' own values into what servers send each other, and back. Nothing else knows both.</summary>
internal static class Wire
{
    public static Columns Write(in ScoreColumns scores) => new() { First = scores.First, Second = scores.Second, Third = scores.Third, Fourth = scores.Fourth };

    public static ScoreColumns Read(in Columns scores) => new(scores.First, scores.Second, scores.Third, scores.Fourth);

    public static SubmitCall Write(SubmissionRequest request, PlayerId player) => new()
    {
        Player = player.Number,
        Scores = Write(request.Scores),
        Key = request.Key,
        Metadata = request.Metadata,
        WindowRule = request.Window?.Rule,
        WindowKey = request.Window?.Key,
    };

    public static SubmissionRequest Read(in SubmitCall call) => new()
    {
        Player = new PlayerId(call.Player),
        Scores = Read(call.Scores),
        Key = call.Key,
        Metadata = call.Metadata,
        Window = call.WindowRule is { } rule ? new WindowName(rule, call.WindowKey ?? "") : null,
    };

    public static SubmitReply Write(in SubmitOutcome outcome) => new()
    {
        Result = (int)outcome.Result,
        Receipt = outcome.Receipt is not { } receipt ? null : new Receipt
        {
            Player = receipt.Player.Number,
            At = receipt.At.UtcTicks,
            Version = receipt.Version,
            IsRepetition = receipt.IsRepetition,
            Windows = Map(receipt.Windows, static line => new ReceiptLine
            {
                Rule = line.Window.Rule,
                Key = line.Window.Key,
                Result = (int)line.Result,
                Scores = Write(line.Scores),
                Rank = line.Rank.Place,
                RankBefore = line.RankBefore.Place,
                Count = line.Count,
            }),
        },
    };

    public static SubmitOutcome Read(in SubmitReply reply) => new(
        (SubmitResult)reply.Result,
        reply.Receipt is not { } receipt ? null : new SubmissionReceipt
        {
            Player = new PlayerId(receipt.Player),
            At = new DateTimeOffset(receipt.At, TimeSpan.Zero),
            Version = receipt.Version,
            IsRepetition = receipt.IsRepetition,
            Windows = Map(receipt.Windows, static line => new WindowReceipt(
                new WindowName(line.Rule, line.Key), (SubmitResult)line.Result, Read(line.Scores), new Rank(line.Rank), new Rank(line.RankBefore), line.Count)),
        });

    public static ReadCall Write(WindowName window, StandingsQuery query) => query switch
    {
        StandingsQuery.From from => new() { Kind = ReadKind.From, Rule = window.Rule, Key = window.Key, Place = from.Place, Limit = from.Limit },
        StandingsQuery.After after => new()
        {
            Kind = ReadKind.After,
            Rule = window.Rule,
            Key = window.Key,
            Scores = Write(after.Scores),
            Mark = after.Order,
            Limit = after.Limit,
        },
        StandingsQuery.Around around => new() { Kind = ReadKind.Around, Rule = window.Rule, Key = window.Key, Player = around.Player.Number, Limit = around.Limit },
        StandingsQuery.Between between => new()
        {
            Kind = ReadKind.Between,
            Rule = window.Rule,
            Key = window.Key,
            Scores = Write(between.Best),
            Worst = Write(between.Worst),
            Place = between.Skip,
            Limit = between.Limit,
        },
        StandingsQuery.Of of => new() { Kind = ReadKind.Of, Rule = window.Rule, Key = window.Key, Players = Map(of.Players, static player => player.Number) },
        _ => throw new ArgumentOutOfRangeException(nameof(query)),
    };

    /// <summary>The query of a call; null when it is none, or none that this version knows.</summary>
    public static StandingsQuery? ReadQuery(ReadCall call) => call.Kind switch
    {
        ReadKind.From => new StandingsQuery.From(call.Place, call.Limit),
        ReadKind.After => new StandingsQuery.After(Read(call.Scores ?? default), call.Mark, call.Limit),
        ReadKind.Around => new StandingsQuery.Around(new PlayerId(call.Player), call.Limit),
        ReadKind.Between => new StandingsQuery.Between(Read(call.Scores ?? default), Read(call.Worst ?? default), call.Place, call.Limit),
        ReadKind.Of => new StandingsQuery.Of(Map(call.Players ?? [], static number => new PlayerId(number))),
        ReadKind.Head or ReadKind.Score or ReadKind.Question or ReadKind.Windows or ReadKind.History or ReadKind.Entries => null,
    };

    public static ReadCall Write(WindowName window, Question question) => new()
    {
        Kind = ReadKind.Question,
        Rule = window.Rule,
        Key = window.Key,
        Player = question.Player.Number,
        Scores = question.Scores is { } scores ? Write(scores) : null,
        Place = question.Rank ?? 0,
        Percentile = question.Percentile,
    };

    public static Question ReadQuestion(ReadCall call) => new()
    {
        Player = new PlayerId(call.Player),
        Scores = call.Scores is { } scores ? Read(scores) : null,
        Rank = call.Place == 0 ? null : call.Place,
        Percentile = call.Percentile,
    };

    public static WindowName NameOf(ReadCall call) => new(call.Rule ?? "", call.Key ?? "");

    /// <summary>A head, or only its version when the other side has it.</summary>
    public static ReadReply Write(BoardHead head, long version, long known) => new()
    {
        Version = version,
        Mark = head.Version,
        Lines = head.Version == known ? null : Map(head.Rows, static row => Write(default, row.Entry, default, row.Profile, null)),
    };

    /// <summary>The head of a reply; null when it is the one that is known.</summary>
    public static BoardHead? ReadHead(ReadReply reply) => reply.Lines is not { } lines ? null
        : new BoardHead(reply.Mark, Map(lines, static line => new HeadRow(ReadEntry(line), Read(line.Profile))));

    public static ReadReply Write(StandingsPage? page) => page is null ? new() : new()
    {
        Version = page.Version,
        Window = Write(page.Window),
        Lines = Map(page.Lines, static line => Write(line.Rank, line.Entry, line.Player, line.Profile, line.Metadata)),
    };

    public static StandingsPage? ReadPage(ReadReply reply) => reply.Window is not { } window ? null : new()
    {
        Window = Read(window),
        Version = reply.Version,
        Lines = Map(reply.Lines ?? [], static line => new StandingsLine(
            new Rank(line.Rank), ReadEntry(line), new PublicId(line.IdHigh, line.IdLow), Read(line.Profile), line.Metadata)),
    };

    public static ReadReply Write(Answer? answer) => answer is null ? new() : new()
    {
        Version = answer.Version,
        Window = Write(answer.Window),
        Answer = new()
        {
            RankFor = answer.RankFor?.Place,
            Better = answer.Better,
            Equal = answer.Equal,
            Worse = answer.Worse,
            PercentileOf = answer.PercentileOf,
            NeededKind = (int?)answer.Needed?.Kind,
            NeededScores = Write(answer.Needed?.Scores ?? default),
            ScoresAt = answer.ScoresAt is { } scores ? Write(scores) : null,
        },
    };

    public static Answer? ReadAnswer(ReadReply reply) => reply is not { Window: { } window, Answer: { } answer } ? null : new()
    {
        Window = Read(window),
        Version = reply.Version,
        RankFor = answer.RankFor is { } rank ? new Rank(rank) : null,
        Better = answer.Better,
        Equal = answer.Equal,
        Worse = answer.Worse,
        PercentileOf = answer.PercentileOf,
        Needed = answer.NeededKind is { } kind ? new NeededScore((NeededScoreKind)kind, Read(answer.NeededScores)) : null,
        ScoresAt = answer.ScoresAt is { } scores ? Read(scores) : null,
    };

    public static ReadReply Write(IReadOnlyList<WindowInfo> windows, int next) => new() { Windows = Map(windows, Write), Mark = next };

    public static (IReadOnlyList<WindowInfo> Windows, int Next) ReadWindows(ReadReply reply) => (Map(reply.Windows ?? [], Read), (int)reply.Mark);

    public static ReadReply Write(IReadOnlyList<HistoryLine> lines) => new() { History = Map(lines, Write) };

    public static IReadOnlyList<HistoryLine> ReadHistory(ReadReply reply) => Map(reply.History ?? [], Read);

    public static ReadReply Write(IReadOnlyList<ExportedEntry> entries) => new()
    {
        Entries = Map(entries, static entry => new ExportedBody
        {
            Board = entry.Board,
            Rule = entry.Window.Rule,
            Key = entry.Window.Key,
            Line = Write(entry.Standing.Rank, entry.Standing.Entry, default, null, entry.Metadata),
        }),
    };

    public static IReadOnlyList<ExportedEntry> ReadEntries(ReadReply reply) => Map(reply.Entries ?? [], static entry => new ExportedEntry(
        entry.Board, new WindowName(entry.Rule, entry.Key), new Standing(new Rank(entry.Line.Rank), ReadEntry(entry.Line)), entry.Line.Metadata));

    private static LineBody Write(Rank rank, in Entry entry, PublicId id, Profile? profile, byte[]? metadata) => new()
    {
        Player = entry.Player.Number,
        Scores = Write(entry.Scores),
        Order = entry.Order,
        Rank = rank.Place,
        IdHigh = id.High,
        IdLow = id.Low,
        Profile = profile is null ? null : new()
        {
            Nickname = profile.Nickname,
            Avatar = profile.Avatar,
            Sex = profile.Sex,
            Province = profile.Province,
            City = profile.City,
            Country = profile.Country,
        },
        Metadata = metadata,
    };

    private static Entry ReadEntry(in LineBody line) => new(new PlayerId(line.Player), Read(line.Scores), line.Order);

    private static Profile? Read(ProfileBody? profile) => profile is null ? null : new()
    {
        Nickname = profile.Nickname,
        Avatar = profile.Avatar,
        Sex = profile.Sex,
        Province = profile.Province,
        City = profile.City,
        Country = profile.Country,
    };

    private static WindowBody Write(WindowInfo window) => new()
    {
        Rule = window.Name.Rule,
        Key = window.Name.Key,
        Kind = (int)window.Kind,
        State = (int)window.State,
        Starts = window.Starts,
        Ends = window.Ends,
        Closes = window.Closes,
        ClosedAt = window.ClosedAt,
        Count = window.Count,
        Checksum = window.Checksum,
    };

    private static WindowInfo Read(WindowBody window) => new()
    {
        Name = new WindowName(window.Rule, window.Key),
        Kind = (WindowKind)window.Kind,
        State = (WindowState)window.State,
        Starts = window.Starts,
        Ends = window.Ends,
        Closes = window.Closes,
        ClosedAt = window.ClosedAt,
        Count = window.Count,
        Checksum = window.Checksum,
    };

    private static HistoryBody Write(HistoryLine line)
    {
        var lines = new ReceiptLine[line.Submission.Windows.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var (window, name) = (line.Submission.Windows[i], line.Windows[i]);
            lines[i] = new()
            {
                Rule = name.Rule,
                Key = name.Key,
                Result = (int)window.Result,
                Scores = Write(window.Scores),
                Rank = window.Rank.Place,
                RankBefore = window.RankBefore.Place,
                Count = window.Count,
            };
        }

        var submission = line.Submission;
        return new()
        {
            Number = submission.Number,
            At = submission.At,
            Board = submission.Board,
            Player = submission.Player.Number,
            Order = submission.Order,
            Submitted = Write(submission.Submitted),
            Result = (int)submission.Result,
            Key = submission.Key,
            Metadata = submission.Metadata,
            Windows = lines,
            WindowNumbers = Map(submission.Windows, static window => window.Window),
        };
    }

    private static HistoryLine Read(HistoryBody body)
    {
        var windows = new WindowLine[body.Windows.Length];
        for (var i = 0; i < windows.Length; i++)
        {
            var line = body.Windows[i];
            windows[i] = new WindowLine(
                body.WindowNumbers[i], (SubmitResult)line.Result, Read(line.Scores), new Rank(line.Rank), new Rank(line.RankBefore), line.Count);
        }

        var submission = new StoredSubmission
        {
            Number = body.Number,
            At = body.At,
            Board = body.Board,
            Player = new PlayerId(body.Player),
            Order = body.Order,
            Submitted = Read(body.Submitted),
            Result = (SubmitResult)body.Result,
            Key = body.Key,
            Metadata = body.Metadata,
            Windows = windows,
        };
        return new HistoryLine(submission, Map(body.Windows, static line => new WindowName(line.Rule, line.Key)));
    }

    private static TTo[] Map<TFrom, TTo>(IReadOnlyList<TFrom> from, Func<TFrom, TTo> map)
    {
        var to = new TTo[from.Count];
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = map(from[i]);
        }

        return to;
    }
}
