using System.Text;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Sharing;

internal sealed partial class SharedMemoryStore
{
    public ValueTask<StoreContents> LoadAsync(CancellationToken cancellationToken) => Later(
        () => new StoreContents(
            [.. disk.Games.Select(game => new StoredGame(
                game.Number, game.Definition, [.. disk.Boards.Where(board => board.Game == game.Number).Select(board => new StoredBoard(board.Number, board.Definition, board.LastOrder, WindowsOf(board.Number)))]))],
            SharedDisk.Secret,
            null),
        isWriting: false);

    public async ValueTask LoadPlayersAsync(int game, PlayerReader read, CancellationToken cancellationToken)
    {
        foreach (var (id, number) in await Later(() => Game(game).Players.ToList(), isWriting: false))
        {
            read(Encoding.UTF8.GetBytes(id), new PlayerId(number));
        }
    }

    public ValueTask<int> ReadLastPlayerAsync(int game, CancellationToken cancellationToken) => Later(() => Game(game).LastPlayer, isWriting: false);

    public async ValueTask<SharedBoard?> LoadBoardAsync(int board, CancellationToken cancellationToken) => await Later(
        () => disk.Board(board) is { } row
            ? new SharedBoard(row.Game, new StoredBoard(board, row.Definition, row.LastOrder, WindowsOf(board)), Math.Min(row.LastNumber, Visible(row)), row.ErasedThrough)
            : null,
        isWriting: false);

    public async ValueTask<bool> LoadWindowAsync(int window, EntryReader readEntry, EntryReader readTail, CancellationToken cancellationToken)
    {
        var (folded, tail) = await Later(
            () =>
            {
                var found = disk.Window(window);
                var board = disk.Board(found.Stored.Board)!;
                var rows = new List<Entry>();
                foreach (var (row, _, _) in board.Log)
                {
                    foreach (var line in row.Number > board.Folded && row.Number <= Visible(board) ? row.Windows : [])
                    {
                        if (line.Window == window && line.ChangesEntry)
                        {
                            rows.Add(new Entry(row.Player, line.Scores, row.Order));
                        }
                    }
                }

                return (found.Folded.Values.ToList(), rows);
            },
            isWriting: false);
        folded.ForEach(entry => readEntry(entry));
        tail.ForEach(entry => readTail(entry));
        return true;
    }

    public ValueTask<IReadOnlyList<StoredSubmission?>> FindSubmissionsAsync(IReadOnlyList<SubmissionKey> keys, CancellationToken cancellationToken) => Later<IReadOnlyList<StoredSubmission?>>(
        () => [.. keys.Select(key => world.Mutant == SharedMutant.LosesKey
            ? null
            : disk.Board(key.Board)!.Log.Find(logged => logged.Row.Key == key.Key && logged.Row.Player == key.Player).Row)],
        isWriting: false);

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => Later(() => disk.Commit, isWriting: false);

    public ValueTask<IReadOnlyList<Profile?>> ReadProfilesAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        Later<IReadOnlyList<Profile?>>(() => new Profile?[players.Count], isWriting: false);

    public ValueTask<IReadOnlyList<ExternalId>> ReadExternalIdsAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) => Later<IReadOnlyList<ExternalId>>(
        () => [.. players.Select(player => Game(game).Players.FirstOrDefault(known => known.Value == player.Number).Key is { } id ? ExternalId.Copy(Encoding.UTF8.GetBytes(id)) : default)],
        isWriting: false);

    public ValueTask<IReadOnlyList<PlayerId>> FindPlayersAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken) => Later<IReadOnlyList<PlayerId>>(
        () => [.. players.Select(player => Game(game).Players.TryGetValue(Encoding.UTF8.GetString(player.Utf8), out var number) ? new PlayerId(number) : default)], isWriting: false);

    public ValueTask<IReadOnlyList<EntryMetadata>> ReadMetadataAsync(int window, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) =>
        Later<IReadOnlyList<EntryMetadata>>(() => new EntryMetadata[players.Count], isWriting: false);

    public ValueTask<IReadOnlyList<StoredSubmission>> ReadHistoryAsync(int board, PlayerId player, long before, int limit, CancellationToken cancellationToken) =>
        Later<IReadOnlyList<StoredSubmission>>(
            () => [.. disk.Board(board)!.Log.Select(static logged => logged.Row).Where(row => row.Player == player && row.Number < before).Reverse().Take(limit)], isWriting: false);

    public ValueTask<IReadOnlyList<StoredSubmission>> ReadLogAsync(int board, long after, int limit, CancellationToken cancellationToken) => Later<IReadOnlyList<StoredSubmission>>(
        () =>
        {
            var row = disk.Board(board)!;
            var rows = new List<StoredSubmission>();
            foreach (var logged in row.Log)
            {
                if (logged.Row.Number > after && logged.Row.Number <= Visible(row) && rows.Count < limit)
                {
                    rows.Add(logged.Row);
                }
            }

            if (!process.IsCommitter && rows.Count > 0)
            {
                if (world.Mutant == SharedMutant.SkipsRow)
                {
                    rows.RemoveAt(0);
                }
                else if (world.Mutant == SharedMutant.DoesNotCatchUp)
                {
                    rows.Clear();
                }
            }

            return rows;
        },
        isWriting: false);

    public ValueTask<StoredWindow?> FindWindowAsync(int board, string rule, string key, CancellationToken cancellationToken) => Later(
        () => disk.Windows.Find(window => window.Stored.Board == board && window.Stored.State != WindowState.Replaced && window.Stored.Rule == rule && window.Stored.Key == key)?.Stored,
        isWriting: false);

    public ValueTask<IReadOnlyList<StoredWindow>> ReadWindowsAsync(int board, string? rule, int before, int limit, CancellationToken cancellationToken) => Later<IReadOnlyList<StoredWindow>>(
        () => [.. disk.Windows.Select(static window => window.Stored)
            .Where(window => window.Board == board && window.State != WindowState.Replaced && (rule is null || rule == window.Rule) && window.Number < before).Reverse().Take(limit)],
        isWriting: false);

    public ValueTask<IReadOnlyList<StoredWindow>> ReadReplacedWindowsAsync(int board, CancellationToken cancellationToken) => Later<IReadOnlyList<StoredWindow>>(
        () => [.. disk.Windows.Select(static window => window.Stored).Where(window => window.Board == board && window.State == WindowState.Replaced)], isWriting: false);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(int game, long after, int limit, CancellationToken cancellationToken) => new((IReadOnlyList<StoredEvent>)[]);

    public ValueTask<IReadOnlyList<RecordRow>> ReadRecordsAsync(string kind, CancellationToken cancellationToken) => new((IReadOnlyList<RecordRow>)[]);

    public ValueTask<IReadOnlyList<Ownership>> ReadOwnershipsAsync(CancellationToken cancellationToken) => Later<IReadOnlyList<Ownership>>(
        () => [.. disk.Boards.Select(row => new Ownership(row.Number, row.Epoch, row.Owner, 0, IsAlive(row.Owner)))], isWriting: false);

    public ValueTask<IReadOnlyList<Member>> ReadMembersAsync(CancellationToken cancellationToken) => new((IReadOnlyList<Member>)[]);

    public ValueTask<IReadOnlyList<Erasure>> ReadErasuresAsync(long after, CancellationToken cancellationToken) =>
        Later<IReadOnlyList<Erasure>>(() => [.. disk.Erasures.Where(erasure => erasure.Number > after)], isWriting: false);

    public ValueTask<bool> IsErasedAsync(int game, long through, CancellationToken cancellationToken) =>
        Later(() => disk.Boards.TrueForAll(board => board.Game != game || board.ErasedThrough >= through), isWriting: false);

    /// <summary>The last row that this member sees.</summary>
    private long Visible(SharedRow board) => world.Mutant == SharedMutant.LoadsBeforeClaim && before.TryGetValue(board.Number, out var last) && !process.IsCommitter && claims.GetValueOrDefault(board.Number, -1) == board.Epoch
        ? last
        : long.MaxValue;

    private List<StoredWindow> WindowsOf(int board)
    {
        var windows = new List<StoredWindow>();
        var closed = new Dictionary<string, StoredWindow>();
        foreach (var window in disk.Windows)
        {
            if (window.Stored.Board != board)
            {
                continue;
            }

            if (window.Stored.State == WindowState.Open)
            {
                windows.Add(window.Stored);
            }
            else if (window.Stored.State == WindowState.Closed && !(closed.GetValueOrDefault(window.Stored.Rule)?.Ends > window.Stored.Ends))
            {
                closed[window.Stored.Rule] = window.Stored;
            }
        }

        windows.AddRange(closed.Values);
        return windows;
    }
}
