using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Ranking;

namespace Jinbang.Cluster.Members;

/// <summary>Tells the other servers what this one changed.</summary>
internal sealed class Announcements : IDisposable
{
    private readonly LocalBoards home;
    private readonly MemberClient members;
    private readonly ClusterSettings settings;
    private readonly TimeProvider time;
    private readonly Rounds refreshing;
    private readonly Rounds noting;
    private readonly Rounds waking;
    private readonly Lock gate = new();
    private Dictionary<GameId, HashSet<int>> changed = [];
    private Task told = Task.CompletedTask;

    public Announcements(LocalBoards home, MemberClient members, ClusterSettings settings, TimeProvider time)
    {
        this.home = home;
        this.members = members;
        this.settings = settings;
        this.time = time;
        refreshing = new(() => TellAsync(static member => member.RefreshAsync()));
        noting = new(NoteAsync);
        waking = new(() => TellAsync(static member => member.NoteEventsAsync()));
        home.SharedChanged += OnSharedChanged;
        home.ProfileChanged += OnProfileChanged;
        home.EventsAdded += OnEventsAdded;
    }

    /// <summary>Whether there is anybody to tell.</summary>
    public bool HasOthers => members.Others().Count > 0;

    /// <summary>Completes when the others know what this server has changed so far; after a while also when they do not, see <see cref="ClusterSettings.AnnouncementPatience"/>.</summary>
    public Task ToldAsync() => Volatile.Read(ref told);

    /// <summary>Tells the others something, each for a bounded time; one that does not answer is left alone.</summary>
    public Task TellAsync(Func<IMemberService, Task> tell) => Task.WhenAll(members.Others().Select(async member =>
    {
        try
        {
            await tell(members.Of(member)).WaitAsync(settings.AnnouncementPatience, time).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException)
        {
            // It is dead or slow, and learns by itself or loses its lease.
        }
    }));

    public void Dispose()
    {
        home.SharedChanged -= OnSharedChanged;
        home.ProfileChanged -= OnProfileChanged;
        home.EventsAdded -= OnEventsAdded;
    }

    private void OnSharedChanged() => Volatile.Write(ref told, refreshing.AskAsync());

    private void OnEventsAdded()
    {
        if (!home.TellsEvents)
        {
            _ = waking.AskAsync();
        }
    }

    private void OnProfileChanged(GameId game, PlayerId player)
    {
        lock (gate)
        {
            if (!changed.TryGetValue(game, out var players))
            {
                changed.Add(game, players = []);
            }

            players.Add(player.Number);
        }

        _ = noting.AskAsync();
    }

    private Task NoteAsync()
    {
        ProfileNote[] notes;
        lock (gate)
        {
            notes = [.. changed.Select(static pair => new ProfileNote { Game = pair.Key.ToString(), Players = [.. pair.Value] })];
            changed = [];
        }

        return notes.Length == 0 ? Task.CompletedTask : TellAsync(member => member.NoteProfilesAsync(notes));
    }
}
