using System.CommandLine;
using Jinbang.Bench.Load.Recovering;

namespace Jinbang.Bench.Load;

/// <summary>The command <c>recovery</c> with its options.</summary>
internal sealed class RecoveryCommand : Command
{
    private readonly CommonOptions _common = new();
    private readonly Option<int> _players = CommonOptions.Valued("--players", 1_000_000, "Players of the board");
    private readonly Option<int> _tail = CommonOptions.Valued("--tail", 100_000, "Submissions that are not folded when the server is killed");
    private readonly Option<int> _checks = CommonOptions.Valued("--checks", 1_000, "Players whose ranks are checked in every window");

    /// <summary>The command.</summary>
    public RecoveryCommand()
        : base("recovery", "Kills a server that has much to fold: how soon after it does a new one answer exact ranks")
    {
        _common.AddTo(this);
        Options.Add(_players);
        Options.Add(_tail);
        Options.Add(_checks);
        SetAction(async (result, cancellationToken) =>
        {
            await RecoveryRun.RunAsync(_common.Read(result), result.GetValue(_players), result.GetValue(_tail), result.GetValue(_checks), cancellationToken);
            return 0;
        });
    }
}
