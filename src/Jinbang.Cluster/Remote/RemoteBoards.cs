using System.Collections.Concurrent;
using Jinbang.Boards;

namespace Jinbang.Cluster.Remote;

/// <summary>The boards of other servers that were asked for lately.</summary>
internal sealed class RemoteBoards(LocalBoards home, IGrainFactory grains, ClusterSettings settings, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<int, RemoteBoard> boards = new();
    private ITimer? sweeping;

    /// <summary>How many are known.</summary>
    public int Count => boards.Count;

    public void Start() => sweeping = time.CreateTimer(_ => Sweep(), null, SweepPeriod, SweepPeriod);

    /// <summary>The board.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public RemoteBoard Of(BoardId id)
    {
        var number = home.NumberOf(id);
        var board = boards.GetOrAdd(number, static (number, made) => new RemoteBoard(made.id, made.grains.GetGrain<IBoardGrain>(number), made.settings, made.time), (id, grains, settings, time));
        board.Use();
        return board;
    }

    public void Dispose() => sweeping?.Dispose();

    private void Sweep()
    {
        var heads = 0;
        foreach (var (number, board) in boards)
        {
            board.Sweep();
            if (time.GetElapsedTime(board.UsedAt) >= settings.IdleBoards && board.IsIdle)
            {
                boards.TryRemove(number, out _);
            }
            else if (board.HasHead)
            {
                heads++;
            }
        }

        if (heads > settings.MostHeads)
        {
            foreach (var board in boards.Values.Where(static board => board.HasHead).OrderBy(static board => board.UsedAt).Take(heads - settings.MostHeads))
            {
                board.Forget();
            }
        }
    }
}
