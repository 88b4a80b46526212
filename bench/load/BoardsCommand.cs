using System.CommandLine;
using Jinbang.Bench.Load.ManyBoards;

namespace Jinbang.Bench.Load;

/// <summary>The command <c>boards</c> with its options.</summary>
internal sealed class BoardsCommand : Command
{
    private readonly CommonOptions _common = new();
    private readonly Option<int> _boards = CommonOptions.Valued("--boards", 5_000, "How many boards, all of one game");
    private readonly Option<int> _players = CommonOptions.Valued("--players", 100, "Players of each board, its own");
    private readonly Option<int> _connections = CommonOptions.Valued("--connections", 256, "Connections");
    private readonly Option<double> _seconds = CommonOptions.Valued("--seconds", 10.0, "Seconds of submissions, and again under strace");

    /// <summary>The command.</summary>
    public BoardsCommand()
        : base("boards", "Many small boards in one process: submissions over all of them, syncs, memory and start")
    {
        _common.AddTo(this);
        Options.Add(_boards);
        Options.Add(_players);
        Options.Add(_connections);
        Options.Add(_seconds);
        SetAction(async (result, cancellationToken) =>
        {
            await BoardsRun.RunAsync(
                _common.Read(result),
                new(result.GetValue(_boards), result.GetValue(_players), result.GetValue(_connections), TimeSpan.FromSeconds(result.GetValue(_seconds))),
                cancellationToken);
            return 0;
        });
    }
}
