using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Storage;
using Jinbang.Cluster.Placement;
using Jinbang.Ranking;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Jinbang.Cluster.Members;

/// <summary>Takes what other servers tell this one.</summary>
[Reentrant]
internal sealed class MemberService(GrainId id, Silo silo, ILoggerFactory loggers, LocalBoards home, ClusterView view, EventSignal events)
    : GrainService(id, silo, loggers), IMemberService
{
    /// <inheritdoc />
    public async Task RefreshAsync()
    {
        try
        {
            await Task.Run(() => home.RefreshAsync().AsTask());
        }
        catch (StoreUnavailableException)
        {
            // The next renewal of the lease says that there is something to read.
        }
    }

    /// <inheritdoc />
    public Task NoteProfilesAsync(ProfileNote[] notes)
    {
        foreach (var note in notes)
        {
            if (GameId.TryParse(note.Game, out var game))
            {
                home.NoteProfiles(game, Array.ConvertAll(note.Players, static number => new PlayerId(number)));
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task NoteEventsAsync()
    {
        events.Raise();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task NoteLeavingAsync(SiloAddress member)
    {
        view.NoteLeaving(member);
        return Task.CompletedTask;
    }
}

/// <summary>Raised when another server has added events.</summary>
internal sealed class EventSignal
{
    public event Action? Raised;

    public void Raise() => Raised?.Invoke();
}
