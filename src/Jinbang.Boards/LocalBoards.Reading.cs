using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Boards;

public sealed partial class LocalBoards
{
    /// <inheritdoc />
    public ValueTask<Score?> ScoreAsync(BoardId board, ReadOnlySpan<byte> externalId)
    {
        var target = FindServed(board, out var losses);
        return target.Game.TryFind(externalId, out var player) ? new(Confirm(target, losses, target.ScoreOf(player, time.GetUtcNow())))
            : shared is null ? new(default(Score?))
            : new(ResolveScoreAsync(target, losses, ExternalId.Copy(externalId)));
    }

    /// <summary>A player's score in the board's first window, or null.</summary>
    public Score? ScoreOf(BoardId board, PlayerId player)
    {
        var target = FindServed(board, out var losses);
        return Confirm(target, losses, target.ScoreOf(player, time.GetUtcNow()));
    }

    /// <inheritdoc />
    public ValueTask<BoardHead> HeadAsync(BoardId board, CancellationToken cancellationToken)
    {
        var target = FindServed(board, out var losses);
        return ConfirmAsync(target, losses, target.HeadAsync(time.GetUtcNow(), cancellationToken));
    }

    /// <inheritdoc />
    public ValueTask<StandingsPage?> ReadAsync(BoardId board, WindowName window, StandingsQuery query, CancellationToken cancellationToken)
    {
        var target = FindServed(board, out var losses);
        return ConfirmAsync(target, losses, target.ReadAsync(window, query, time.GetUtcNow(), past, profiles, cancellationToken));
    }

    /// <inheritdoc />
    public ValueTask<Answer?> AskAsync(BoardId board, WindowName window, Question question, CancellationToken cancellationToken)
    {
        var target = FindServed(board, out var losses);
        return ConfirmAsync(target, losses, target.AskAsync(window, question, time.GetUtcNow(), past, cancellationToken));
    }

    /// <summary>The board's version: every later read shows at least this one.</summary>
    public long VersionOf(BoardId board)
    {
        var target = FindServed(board, out var losses);
        return Confirm(target, losses, target.Version);
    }

    /// <inheritdoc />
    public ValueTask<long> VersionAsync(BoardId board) => new(VersionOf(board));

    /// <inheritdoc />
    public async ValueTask<(IReadOnlyList<WindowInfo> Windows, int Next)> ReadWindowsAsync(
        BoardId board, string? rule, int cursor, int limit, CancellationToken cancellationToken)
    {
        var target = FindServed(board, out var losses);
        var stored = await store.ReadWindowsAsync(target.Number, rule, cursor == 0 ? int.MaxValue : cursor, limit, cancellationToken);
        var infos = new List<WindowInfo>(stored.Count);
        foreach (var window in stored)
        {
            infos.Add(target.InfoOf(window));
        }

        Confirm(target, losses, 0);
        return (infos, stored.Count == limit ? stored[^1].Number : 0);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<HistoryLine>> ReadHistoryAsync(BoardId board, PlayerId player, long before, int limit, CancellationToken cancellationToken)
    {
        var target = FindServed(board, out var losses);
        var stored = await store.ReadHistoryAsync(target.Number, player, before, limit, cancellationToken);
        var lines = new List<HistoryLine>(stored.Count);
        foreach (var submission in stored)
        {
            var names = new List<WindowName>(submission.Windows.Count);
            var windows = new List<WindowLine>(submission.Windows.Count);
            foreach (var window in submission.Windows)
            {
                if (await target.NameOfAsync(window.Window, cancellationToken) is { } name)
                {
                    names.Add(name);
                    windows.Add(window);
                }
            }

            lines.Add(new HistoryLine(submission with { Windows = windows }, names));
        }

        return lines;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(GameId game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        await profiles.ReadAsync(Find(game).Number, players, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(GameId game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        store.ReadExternalIdsAsync(Find(game).Number, players, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<PlayerExport?> ExportAsync(GameId game, PlayerId player, CancellationToken cancellationToken)
    {
        var target = Find(game);
        if (!target.Has(player) || (await store.ReadExternalIdsAsync(target.Number, [player], cancellationToken))[0] is not { Utf8.IsEmpty: false } externalId)
        {
            return null;
        }

        var entries = new List<ExportedEntry>();
        var submissions = new List<ExportedSubmissions>();
        foreach (var board in target.Boards)
        {
            entries.AddRange(await ExportAsync(board, player, cancellationToken));
            var history = await store.ReadHistoryAsync(board.Number, player, long.MaxValue, PlayerExport.MostSubmissions, cancellationToken);
            if (history.Count > 0)
            {
                submissions.Add(new ExportedSubmissions(board.Definition.Name, history));
            }
        }

        return new PlayerExport
        {
            Player = target.PublicIds.Of(player),
            ExternalId = externalId,
            Profile = (await store.ReadProfilesAsync(target.Number, [player], cancellationToken))[0],
            Entries = entries,
            Submissions = submissions,
        };
    }

    /// <summary>A player's entries in one board, which is served here.</summary>
    public async ValueTask<IReadOnlyList<ExportedEntry>> ExportEntriesAsync(BoardId board, PlayerId player, CancellationToken cancellationToken)
    {
        var target = FindServed(board, out var losses);
        return Confirm(target, losses, await target.ExportAsync(player, time.GetUtcNow(), past, cancellationToken));
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(GameId game, long after, int limit, CancellationToken cancellationToken) =>
        store.ReadEventsAsync(Find(game).Number, after, limit, cancellationToken);

    /// <inheritdoc />
    public void WantEvents(GameId game, IReadOnlySet<string> types) => Find(game).Want(types);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) => store.ReadRecordsAsync(kind, cancellationToken);
}
