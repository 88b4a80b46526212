using Jinbang.Boards.Storage;
using Jinbang.Storage.Contract;

namespace Jinbang.Storage.Postgres.Tests;

/// <summary>The contract with a store that folds and forgets whenever it may.</summary>
public sealed class PostgresScoreStoreEagerTests : ScoreStoreContract, IAsyncLifetime
{
    private static readonly PostgresStoreOptions Eager = new() { FoldRows = 16, FoldAge = TimeSpan.Zero, LogRetention = TimeSpan.FromDays(1), TidiesAtOnce = true };

    private TemporaryDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TemporaryDatabase.CreateAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async Task<IScoreStore> OpenAsync() => await database.OpenAsync(Eager);

    protected override Task AssertStoresNothingOfAsync(params string[] texts) => database.AssertStoresNothingOfAsync(texts);

    protected override Task RefuseRowsAsync() => database.RefuseRowsAsync(RefusedScore, RefusedText);
}
