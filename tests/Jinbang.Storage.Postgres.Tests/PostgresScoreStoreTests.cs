using Jinbang.Boards.Storage;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Postgres.Tests;

/// <summary>The contract with the settings of a server: folds that are far away.</summary>
public sealed class PostgresScoreStoreTests : ScoreStoreContract, IAsyncLifetime
{
    private TemporaryDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TemporaryDatabase.CreateAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async Task<IScoreStore> OpenAsync() => await database.OpenAsync(new PostgresStoreOptions { TidiesAtOnce = true });

    protected override Task AssertStoresNothingOfAsync(params string[] texts) => database.AssertStoresNothingOfAsync(texts);

    protected override Task RefuseRowsAsync() => database.RefuseRowsAsync(RefusedScore, RefusedText);
}
