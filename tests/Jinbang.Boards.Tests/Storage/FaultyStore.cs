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

    public ValueTask<StoredGame> OpenGameAsync(GameDefinition game, CancellationToken cancellationToken) => inner.OpenGameAsync(game, cancellationToken);

    public async ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken)
    {
        await BeforeLoad();
        await inner.LoadPlayersAsync(game, read, cancellationToken);
    }

    public ValueTask<long> LoadBoardAsync(int board, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken) =>
        inner.LoadBoardAsync(board, readEntry, readTail, cancellationToken);

    public async ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken)
    {
        await BeforeRegister();
        return await inner.RegisterAsync(game, players, cancellationToken);
    }

    public async ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        await BeforeCommit(batch.Scores.Count + batch.Profiles.Count);
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

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static Task Nothing() => Task.CompletedTask;
}
