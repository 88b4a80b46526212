using System.CommandLine;
using Jinbang.Bench.Load.Closing;

namespace Jinbang.Bench.Load;

/// <summary>The command <c>close</c> with its options.</summary>
internal sealed class CloseCommand : Command
{
    private readonly CommonOptions _common = new();
    private readonly Option<int> _players = CommonOptions.Valued("--players", 1_000_000, "Entries of the window that is closed");
    private readonly Option<double> _rate = CommonOptions.Valued("--rate", 500.0, "Submissions per second beside it");
    private readonly Option<double> _seconds = CommonOptions.Valued("--seconds", 20.0, "Seconds of submissions before the close, and again around it");

    /// <summary>The command.</summary>
    public CloseCommand()
        : base("close", "Closes a large window while others submit: how soon it is closed and its file complete, and how long submissions stall")
    {
        _common.AddTo(this);
        Options.Add(_players);
        Options.Add(_rate);
        Options.Add(_seconds);
        SetAction(async (result, cancellationToken) =>
        {
            await CloseRun.RunAsync(
                _common.Read(result), result.GetValue(_players), result.GetValue(_rate), TimeSpan.FromSeconds(result.GetValue(_seconds)), cancellationToken);
            return 0;
        });
    }
}
