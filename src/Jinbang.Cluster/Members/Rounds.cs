namespace Jinbang.Cluster.Members;

/// <summary>Does something again and again, one at a time, so that what was asked for before a round begins is covered by it.</summary>
/// <param name="run">A round. Must not throw.</param>
internal sealed class Rounds(Func<Task> run)
{
    private readonly Lock gate = new();
    private Task current = Task.CompletedTask;
    private Task? next;

    /// <summary>Asks for a round.</summary>
    /// <returns>Completes with a round that begins after this call.</returns>
    public Task AskAsync()
    {
        lock (gate)
        {
            if (next is not null)
            {
                return next;
            }

            return current.IsCompleted ? current = Task.Run(run) : next = FollowAsync(current);
        }
    }

    private async Task FollowAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (gate)
        {
            (current, next) = (next!, null);
        }

        await run().ConfigureAwait(false);
    }
}
