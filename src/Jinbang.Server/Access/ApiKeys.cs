using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;

namespace Jinbang.Server.Access;

/// <summary>What became of a change of keys.</summary>
internal enum KeyOutcome
{
    /// <summary>Not stored, nothing changed. The caller may try again.</summary>
    Unavailable = 0,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>There is no such game or key.</summary>
    NotFound,

    /// <summary>The key is revoked or expired.</summary>
    NotValid,

    /// <summary>The game has as many keys as it may have.</summary>
    TooMany,
}

/// <summary>A key that was just made, with its secret, which is never to be had again.</summary>
/// <param name="Outcome">Whether there is one.</param>
/// <param name="Key">The key; null unless it is done.</param>
/// <param name="Secret">Its secret; null unless it is done.</param>
internal readonly record struct NewKey(KeyOutcome Outcome, ApiKey? Key = null, string? Secret = null);

/// <summary>
/// The keys of all games. They rest in the store as hashes; all of them are in memory too, in a table that is never changed but replaced, so that a request
/// asks neither the store nor a lock.
/// </summary>
internal sealed class ApiKeys(IBoards boards, TimeProvider time)
{
    /// <summary>The most keys a game may have. Those that are revoked or expired make room for new ones, the oldest first.</summary>
    public const int MostPerGame = 100;

    /// <summary>The longest that a rotated key goes on.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    /// <summary>How long a rotated key goes on when nothing is said.</summary>
    public static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim changing = new(1, 1);
    private volatile FrozenDictionary<KeyHash, ApiKey>? keys;

    /// <summary>Whether keys can be told from other texts.</summary>
    public bool IsLoaded => keys is not null;

    private FrozenDictionary<KeyHash, ApiKey> Keys => keys ?? throw new InvalidOperationException("The keys are not loaded.");

    /// <summary>Reads all keys: when the boards are ready, and when another server may have changed some.</summary>
    public async Task LoadAsync()
    {
        await changing.WaitAsync();
        try
        {
            var records = await boards.ReadRecordsAsync(StoredKey.RecordKind, CancellationToken.None);
            keys = records.Select(StoredKey.Read).ToFrozenDictionary(static key => key.Hash);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Finds the valid key with this secret.</summary>
    public bool TryFind(ReadOnlySpan<byte> secret, [NotNullWhen(true)] out ApiKey? key) =>
        Keys.TryGetValue(KeyHash.Of(secret), out key) && key.IsValid(time.GetUtcNow());

    /// <summary>A game's keys, the oldest first.</summary>
    public IReadOnlyList<ApiKey> Of(GameId game) =>
        [.. Keys.Values.Where(key => key.Game == game).OrderBy(static key => key.CreatedAt).ThenBy(static key => key.Id, StringComparer.Ordinal)];

    /// <summary>Makes a key.</summary>
    /// <param name="game">Whose.</param>
    /// <param name="kind">What for.</param>
    /// <param name="name">What the operator calls it.</param>
    /// <param name="expires">When it ends; null for no end.</param>
    public Task<NewKey> CreateAsync(GameId game, KeyKind kind, string name, DateTimeOffset? expires) =>
        ChangeAsync(game, present => AddAsync(present, game, kind, name, expires, replaced: null));

    /// <summary>Ends a key at once.</summary>
    public Task<KeyOutcome> RevokeAsync(GameId game, string id) => ChangeAsync(game, async present =>
    {
        if (present.FirstOrDefault(key => key.Id == id) is not { } key)
        {
            return KeyOutcome.NotFound;
        }

        return key.RevokedAt is not null || await PutAsync([key with { RevokedAt = time.GetUtcNow() }], []) ? KeyOutcome.Done : KeyOutcome.Unavailable;
    });

    /// <summary>Makes another key of the same kind and name. The old one goes on for a while, but no longer than it would have.</summary>
    public Task<NewKey> RotateAsync(GameId game, string id, TimeSpan overlap) => ChangeAsync(game, async present =>
    {
        if (present.FirstOrDefault(key => key.Id == id) is not { } key)
        {
            return new NewKey(KeyOutcome.NotFound);
        }

        var now = time.GetUtcNow();
        if (!key.IsValid(now))
        {
            return new NewKey(KeyOutcome.NotValid);
        }

        var end = now + overlap;
        return await AddAsync(present, game, key.Kind, key.Name, expires: null, key.ExpiresAt <= end ? key : key with { ExpiresAt = end });
    });

    /// <summary>
    /// Deletes a game, its keys first: should the server stop in between, a game without keys is left and not keys that a later game of this id would accept.
    /// </summary>
    public async Task<CatalogOutcome> DeleteGameAsync(GameId game)
    {
        await changing.WaitAsync();
        try
        {
            return await PutAsync([], Of(game)) ? await boards.DeleteGameAsync(game) : CatalogOutcome.Unavailable;
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task<T> ChangeAsync<T>(GameId game, Func<IReadOnlyList<ApiKey>, Task<T>> change)
    {
        await changing.WaitAsync();
        try
        {
            return await change(Of(game));
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task<NewKey> AddAsync(IReadOnlyList<ApiKey> present, GameId game, KeyKind kind, string name, DateTimeOffset? expires, ApiKey? replaced)
    {
        if (boards.FindGame(game) is null)
        {
            return new NewKey(KeyOutcome.NotFound);
        }

        var now = time.GetUtcNow();
        var outlived = present.Where(key => !key.IsValid(now)).Take(Math.Max(0, present.Count + 1 - MostPerGame)).ToList();
        if (present.Count - outlived.Count >= MostPerGame)
        {
            return new NewKey(KeyOutcome.TooMany);
        }

        var secret = CredentialText.NewKey(kind switch { KeyKind.Client => CredentialText.ClientKey, KeyKind.Server => CredentialText.ServerKey });
        var added = new ApiKey
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            Game = game,
            Kind = kind,
            Name = name,
            Hash = KeyHash.Of(Encoding.ASCII.GetBytes(secret)),
            Hint = secret[^4..],
            CreatedAt = now,
            ExpiresAt = expires,
        };
        return await PutAsync(replaced is null ? [added] : [replaced, added], outlived) ? new NewKey(KeyOutcome.Done, added, secret) : new NewKey(KeyOutcome.Unavailable);
    }

    private async Task<bool> PutAsync(IReadOnlyList<ApiKey> put, IReadOnlyList<ApiKey> removed)
    {
        if (put.Count + removed.Count == 0)
        {
            return true;
        }

        if (!await boards.PutRecordsAsync([.. put.Select(StoredKey.Write), .. removed.Select(static key => new RecordRow(StoredKey.RecordKind, key.Id, null))]))
        {
            return false;
        }

        var changed = Keys.ToDictionary();
        foreach (var key in removed)
        {
            changed.Remove(key.Hash);
        }

        foreach (var key in put)
        {
            changed[key.Hash] = key;
        }

        keys = changed.ToFrozenDictionary();
        return true;
    }
}
