using Jinbang.Boards;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Wire;

/// <summary>Waits until a board has reached the version that a reader asks for with <c>min_version</c>.</summary>
internal static class VersionWait
{
    public const string Parameter = "min_version";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>The parameter in the reference.</summary>
    public static RouteParameter Reference { get; } = new QueryText(Parameter, "Answer with this version of the board or a later one; wait for it up to two seconds.");

    /// <summary>Waits, for two seconds at the most.</summary>
    public static async ValueTask<Refusal?> UntilAsync(HttpContext context, IBoards boards, BoardId board, long version, TimeProvider time)
    {
        var start = time.GetTimestamp();
        while (version > 0 && await boards.VersionAsync(board) < version)
        {
            if (time.GetElapsedTime(start) >= Longest)
            {
                return new Refusal(ProblemCode.VersionNotReached);
            }

            await Task.Delay(Step, time, context.RequestAborted);
        }

        return null;
    }
}
