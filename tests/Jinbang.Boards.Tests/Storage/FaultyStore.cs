using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards.Tests.Storage;

/// <summary>A store in front of another one that can be made to wait or to fail where it is asked to.</summary>
internal sealed class FaultyStore(IScoreStore inner) : IScoreStore
{
    /// <summary>Run before a registration; what it throws the call throws, and nothing is stored.</summary>
    public Func<Task> BeforeRegister { get; set; } = Nothing;

    /// <summary>Run before a commit, with the number of its rows.</summary>
    public Func<int, Task> BeforeCommit { get; set; } = static _ => Task.CompletedTask;

    public Func<Task> BeforeMaintain { get; set; } = Nothing;

    public Func<Task> BeforeLoad { get; set; } = Nothing;

    /// <summary>Run when profiles have been read and before they are given out.</summary>
    public Func<Task> AfterReadProfiles { get; set; } = Nothing;

    /// <summary>How often profiles were read.</summary>
    public int ProfileReads { get; private set; }

    public async ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken)
    {
        await BeforeLoad();
        await inner.LoadPlayersAsync(game, read, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken)
    {
        await BeforeRegister();
        return await inner.RegisterAsync(game, players, cancellationToken);
    }

    public async ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        await BeforeCommit(batch.Submissions.Count + batch.Profiles.Count);
        return await inner.CommitAsync(batch, cancellationToken);
    }

    public async ValueTask<bool> MaintainAsync(CancellationToken cancellationToken)
    {
        await BeforeMaintain();
        return await inner.MaintainAsync(cancellationToken);
    }

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => inner.ReadVersionAsync(cancellationToken);

    public async ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken)
    {
        ProfileReads++;
        var profiles = await inner.ReadProfilesAsync(game, players, cancellationToken);
        await AfterReadProfiles();
        return profiles;
    }

    public ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken) => inner.LoadAsync(cancellationToken);

    public ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken) => inner.ReadLastPlayerAsync(game, cancellationToken);

    public ValueTask LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken) =>
        inner.LoadWindowAsync(window, readEntry, readTail, cancellationToken);

    public ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken) => inner.PutGameAsync(game, cancellationToken);

    public ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken) => inner.PutBoardAsync(game, board, cancellationToken);

    public ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken) => inner.DeleteBoardAsync(board, cancellationToken);

    public ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken) => inner.DeleteGameAsync(game, cancellationToken);

    public ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken) =>
        inner.OpenWindowsAsync(windows, cancellationToken);

    public ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken) =>
        inner.ReplaceWindowsAsync(board, definition, windows, cancellationToken);

    public ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken) =>
        inner.EraseAsync(game, players, openWindows, cancellationToken);

    public ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken) => inner.DeleteProfileAsync(game, player, cancellationToken);

    public ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken) =>
        inner.FindSubmissionsAsync(keys, cancellationToken);

    public ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        inner.ReadExternalIdsAsync(game, players, cancellationToken);

    public ValueTask<IReadOnlyList<EntryMetadata>> ReadMetadataAsync(int window, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        inner.ReadMetadataAsync(window, players, cancellationToken);

    public ValueTask<IReadOnlyList<StoredSubmission>> ReadHistoryAsync(int board, PlayerId player, long before, int limit, CancellationToken cancellationToken) =>
        inner.ReadHistoryAsync(board, player, before, limit, cancellationToken);

    public ValueTask<IReadOnlyList<StoredSubmission>> ReadLogAsync(int board, long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadLogAsync(board, after, limit, cancellationToken);

    public ValueTask<StoredWindow?> FindWindowAsync(int board, string rule, string key, CancellationToken cancellationToken) =>
        inner.FindWindowAsync(board, rule, key, cancellationToken);

    public ValueTask<IReadOnlyList<StoredWindow>> ReadWindowsAsync(int board, string? rule, int before, int limit, CancellationToken cancellationToken) =>
        inner.ReadWindowsAsync(board, rule, before, limit, cancellationToken);

    public ValueTask<IReadOnlyList<StoredWindow>> ReadReplacedWindowsAsync(int board, CancellationToken cancellationToken) =>
        inner.ReadReplacedWindowsAsync(board, cancellationToken);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(int game, long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadEventsAsync(game, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) => inner.ReadRecordsAsync(kind, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static Task Nothing() => Task.CompletedTask;
}
