using Jinbang.Boards.Storage;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Sqlite.Tests;

/// <summary>The contract with the settings of a server: real syncs, folds that are far away.</summary>
public sealed class SqliteScoreStoreTests : ScoreStoreContract, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ShiftedTime time = new();

    public void Dispose() => folder.Dispose();

    protected override Task<IScoreStore> OpenAsync() => Task.FromResult<IScoreStore>(folder.Open(new SqliteStoreOptions(), time));

    protected override Task PassAsync()
    {
        time.Advance(TimeSpan.FromSeconds(11));
        return Task.CompletedTask;
    }

    protected override Task AssertStoresNothingOfAsync(params string[] texts) => folder.AssertStoresNothingOfAsync(texts);

    protected override Task RefuseRowsAsync() => folder.RefuseRowsAsync(RefusedScore, RefusedText);
}
