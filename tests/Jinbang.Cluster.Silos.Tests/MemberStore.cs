using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite;

namespace Jinbang.Cluster.Silos.Tests;

/// <summary>A member's door to a <see cref="SharedDisk"/>.</summary>
internal sealed class MemberStore(SharedDisk disk) : ISharedStore
{
    private readonly SqliteScoreStore inner = disk.Store;
    private readonly HashSet<int> claims = [];
    private int self;

    /// <summary>While set, every call fails: the member is cut off from the store.</summary>
    public bool IsCutOff { get; set; }

    public ValueTask<int> JoinAsync(MemberDescription description, TimeSpan lease, CancellationToken cancellationToken) => AloneAsync(() =>
    {
        self = ++disk.LastMember;
        disk.Members[self] = new DiskMember(description) { Until = In(lease) };
        return new ValueTask<int>(self);
    });

    public ValueTask<Renewal> RenewAsync(MemberLoad load, TimeSpan lease, CancellationToken cancellationToken) => AloneAsync(() =>
    {
        if (!disk.Members.TryGetValue(self, out var member))
        {
            return new ValueTask<Renewal>(new Renewal(false, [], disk.Catalog, disk.Records, 0));
        }

        (member.Load, member.Until) = (load, In(lease));
        var lost = disk.Handovers.Where(handover => handover.Member == self).Select(static handover => handover.Board).ToList();
        return new ValueTask<Renewal>(new Renewal(true, lost, disk.Catalog, disk.Records, disk.Erasures.Count));
    });

    public async ValueTask LeaveAsync(CancellationToken cancellationToken) => await AloneAsync(() =>
    {
        disk.Members.Remove(self);
        disk.Handovers.RemoveWhere(handover => handover.Member == self);
        foreach (var board in disk.Boards.Values.Where(board => board.Owner == self))
        {
            board.Owner = 0;
        }

        return new ValueTask<int>(0);
    });

    public ValueTask<bool> ClaimAsync(int board, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        if (board != 0 && await FindAsync(board) is null)
        {
            return false;
        }

        var owned = Of(board);
        if (owned.Owner != 0 && owned.Owner != self)
        {
            disk.Handovers.Add((board, owned.Owner));
        }

        owned.Epoch++;
        owned.Owner = self;
        claims.Add(board);
        return true;
    });

    public ValueTask<IReadOnlyList<int>> ReadOrphansAsync(int limit, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        var all = (await inner.LoadAsync(CancellationToken.None)).Games.SelectMany(static game => game.Boards).Select(static board => board.Number).Prepend(0);
        return (IReadOnlyList<int>)[.. all.Where(board => !IsAlive(Of(board).Owner)).Take(limit)];
    });

    public ValueTask<TimeSpan> ReadWaitAsync(int board, CancellationToken cancellationToken) => AloneAsync(() =>
    {
        var left = TimeSpan.Zero;
        foreach (var (_, member) in disk.Handovers.Where(handover => handover.Board == board && handover.Member != self))
        {
            if (disk.Members.TryGetValue(member, out var former) && former.Left > left)
            {
                left = former.Left;
            }
        }

        return new ValueTask<TimeSpan>(left);
    });

    public async ValueTask ReleaseAsync(IReadOnlyCollection<int> boards, CancellationToken cancellationToken) => await AloneAsync(() =>
    {
        foreach (var board in boards)
        {
            disk.Handovers.Remove((board, self));
            if (Of(board) is { } owned && owned.Owner == self)
            {
                owned.Owner = 0;
            }
        }

        return new ValueTask<int>(0);
    });

    public ValueTask<SharedBoard?> LoadBoardAsync(int board, CancellationToken cancellationToken) => AloneAsync(() => FindAsync(board));

    public ValueTask<long?> SettleAsync(CancellationToken cancellationToken) => default;

    public ValueTask<IReadOnlyList<Ownership>> ReadOwnershipsAsync(CancellationToken cancellationToken) => AloneAsync(() =>
        new ValueTask<IReadOnlyList<Ownership>>([.. disk.Boards.Select(pair => new Ownership(pair.Key, pair.Value.Epoch, pair.Value.Owner, pair.Value.Follower, IsAlive(pair.Value.Owner)))]));

    public ValueTask<IReadOnlyList<Member>> ReadMembersAsync(CancellationToken cancellationToken) => AloneAsync(() =>
        new ValueTask<IReadOnlyList<Member>>([.. disk.Members.Where(static pair => pair.Value.IsAlive).Select(static pair => new Member(pair.Key, pair.Value.Description, pair.Value.Load, pair.Value.Left))]));

    public ValueTask NoteFollowedAsync(int board, long through, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask SetFollowerAsync(int board, int follower, CancellationToken cancellationToken) => await AloneAsync(() =>
    {
        if (Of(board).Owner == self)
        {
            Of(board).Follower = follower;
        }

        return new ValueTask<int>(0);
    });

    public ValueTask<IReadOnlyList<PlayerId>> FindPlayersAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken) => AloneAsync(() =>
        new ValueTask<IReadOnlyList<PlayerId>>([.. players.Select(player => new PlayerId(disk.Players.GetValueOrDefault((game, Encoding.UTF8.GetString(player.Utf8)))))]));

    public ValueTask<long> BeginErasureAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        var windows = (await inner.LoadAsync(CancellationToken.None)).Games.Single(other => other.Number == game).Boards
            .SelectMany(static board => board.Windows).Where(static window => window.State == WindowState.Open).Select(static window => window.Number).ToList();
        await inner.EraseAsync(game, players, windows, CancellationToken.None);
        foreach (var player in players)
        {
            disk.Erasures.Add(new Erasure(disk.Erasures.Count + 1, game, player));
            foreach (var (key, _) in disk.Players.Where(pair => pair.Key.Game == game && pair.Value == player.Number).ToList())
            {
                disk.Players.TryRemove(key, out _);
            }
        }

        return (long)disk.Erasures.Count;
    });

    public ValueTask<IReadOnlyList<Erasure>> ReadErasuresAsync(long after, CancellationToken cancellationToken) =>
        AloneAsync(() => new ValueTask<IReadOnlyList<Erasure>>([.. disk.Erasures.Where(erasure => erasure.Number > after)]));

    public ValueTask<long> EraseFromBoardAsync(int board, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, long through, CancellationToken cancellationToken) =>
        AloneAsync(async () =>
        {
            Fence(board);
            disk.ErasedThrough[board] = through;
            return await inner.ReadVersionAsync(CancellationToken.None);
        });

    public ValueTask<bool> IsErasedAsync(int game, long through, CancellationToken cancellationToken) => AloneAsync(async () =>
        (await inner.LoadAsync(CancellationToken.None)).Games.Single(other => other.Number == game).Boards.All(board => disk.ErasedThrough.GetValueOrDefault(board.Number) >= through));

    public ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        var numbers = await inner.RegisterAsync(game, players, CancellationToken.None);
        for (var i = 0; i < players.Count; i++)
        {
            disk.Players[(game, Encoding.UTF8.GetString(players[i].Utf8))] = numbers[i].Number;
        }

        return numbers;
    });

    public ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken) => AloneAsync(() =>
    {
        Fence([.. batch.Submissions.Select(static row => row.Board)]);
        disk.Records += batch.Records.Count;
        return inner.CommitAsync(batch, CancellationToken.None);
    });

    public ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken) => ChangeAsync(() => inner.PutGameAsync(game, CancellationToken.None));

    public ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.PutBoardAsync(game, board, CancellationToken.None));

    public async ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken) => await ChangeAsync(async () =>
    {
        Fence(board);
        await inner.DeleteBoardAsync(board, CancellationToken.None);
        return 0;
    });

    public async ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken) => await ChangeAsync(async () =>
    {
        await inner.DeleteGameAsync(game, CancellationToken.None);
        return 0;
    });

    public ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.OpenWindowsAsync(windows, CancellationToken.None));

    public ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken) => ChangeAsync(() =>
        {
            Fence(board);
            return inner.ReplaceWindowsAsync(board, definition, windows, CancellationToken.None);
        });

    public ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.EraseAsync(game, players, openWindows, CancellationToken.None));

    public ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.DeleteProfileAsync(game, player, CancellationToken.None));

    public ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.FindSubmissionsAsync(keys, CancellationToken.None));

    public ValueTask<bool> MaintainAsync(CancellationToken cancellationToken) => AloneAsync(() => inner.MaintainAsync(CancellationToken.None));

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => AloneAsync(() => inner.ReadVersionAsync(CancellationToken.None));

    public ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken) => AloneAsync(() => inner.LoadAsync(CancellationToken.None));

    public ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        inner.ReadProfilesAsync(game, players, cancellationToken);

    public ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken) => inner.LoadPlayersAsync(game, read, cancellationToken);

    public ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken) => inner.ReadLastPlayerAsync(game, cancellationToken);

    public ValueTask<bool> LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken) =>
        inner.LoadWindowAsync(window, readEntry, readTail, cancellationToken);

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

    public ValueTask DisposeAsync() => default;

    private static long In(TimeSpan lease) => TimeProvider.System.GetTimestamp() + (long)(lease.TotalSeconds * TimeProvider.System.TimestampFrequency);

    private bool IsAlive(int member) => disk.Members.TryGetValue(member, out var found) && found.IsAlive;

    private DiskBoard Of(int board) => disk.Boards.TryGetValue(board, out var found) ? found : disk.Boards[board] = new DiskBoard();

    private void Fence(params int[] boards)
    {
        var lost = boards.Distinct().Where(board => Of(board).Owner != self || !claims.Contains(board)).ToList();
        if (lost.Count > 0)
        {
            throw new BoardsLostException(lost);
        }
    }

    private async ValueTask<SharedBoard?> FindAsync(int board)
    {
        foreach (var game in (await inner.LoadAsync(CancellationToken.None)).Games)
        {
            if (game.Boards.FirstOrDefault(other => other.Number == board) is { } found)
            {
                return new SharedBoard(game.Number, found, 0, disk.ErasedThrough.GetValueOrDefault(board));
            }
        }

        return null;
    }

    private ValueTask<T> ChangeAsync<T>(Func<ValueTask<T>> run) => AloneAsync(async () =>
    {
        var changed = await run();
        disk.Catalog++;
        return changed;
    });

    private async ValueTask<T> AloneAsync<T>(Func<ValueTask<T>> run)
    {
        if (IsCutOff)
        {
            throw new StoreUnavailableException("The member is cut off from the store.");
        }

        await disk.Gate.WaitAsync();
        try
        {
            return await run();
        }
        finally
        {
            disk.Gate.Release();
        }
    }
}
