using Jinbang.Boards.Storage;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

/// <summary>The contract with a store that folds, forgets and checkpoints whenever it may.</summary>
public sealed class SqliteScoreStoreEagerTests : ScoreStoreContract, IDisposable
{
    private static readonly SqliteStoreOptions Eager = new()
    {
        FoldRows = 16,
        FoldAge = TimeSpan.Zero,
        LogRetention = TimeSpan.FromDays(1),
        CheckpointBytes = 16 << 10,
        CheckpointBytesAtMost = 64 << 10,
        UnsafeWithoutSync = true,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override Task<IScoreStore> OpenAsync() => Task.FromResult<IScoreStore>(folder.Open(Eager));

    protected override Task AssertStoresNothingOfAsync(params string[] texts) => folder.AssertStoresNothingOfAsync(texts);

    protected override Task RefuseRowsAsync() => folder.RefuseRowsAsync(RefusedScore, RefusedText);
}
