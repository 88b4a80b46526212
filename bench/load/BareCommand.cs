using System.CommandLine;
using Jinbang.Bench.Load.Servers;

namespace Jinbang.Bench.Load;

/// <summary>The command <c>bare</c> with its options.</summary>
internal sealed class BareCommand : Command
{
    private readonly Option<string> _urls = new("--urls") { Description = "Where to listen", Required = true };
    private readonly Option<string?> _replies = new("--replies") { Description = "Folder with one recorded reply per call; made up when absent" };

    /// <summary>The command.</summary>
    public BareCommand()
        : base("bare", "Serves the calls' replies without any logic")
    {
        Options.Add(_urls);
        Options.Add(_replies);
        SetAction(async (result, cancellationToken) =>
        {
            var replies = result.GetValue(_replies) is { } folder ? BareReplies.Load(folder) : BareReplies.MakeUp();
            await BareServer.RunAsync(result.GetRequiredValue(_urls), replies, cancellationToken);
            return 0;
        });
    }
}
