using Jinbang.Boards;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Server.Live;

/// <summary>What a stream shows.</summary>
/// <param name="Board">The board.</param>
/// <param name="Window">The window as it was asked for: without a key always the current one.</param>
/// <param name="Top">How many of the first lines.</param>
/// <param name="Player">Whose own place; <c>default</c> for nobody's.</param>
/// <param name="Around">How many neighbours on each side of him.</param>
internal readonly record struct LiveView(BoardId Board, WindowName Window, int Top, PlayerId Player, int Around);

/// <summary>Lets whoever has its text look at a view.</summary>
internal sealed class LiveTicket(string text, LiveView view)
{
    public string Text => text;

    public LiveView View => view;

    /// <summary>How many streams use it now.</summary>
    public int Streams { get; set; }

    /// <summary>When it was made, or its last stream ended.</summary>
    public long Since { get; set; }
}

/// <summary>
/// The tickets, in memory only, so that no key ever stands in a URL. A ticket has a minute to its first use; after that it is good
/// for reconnecting until its last stream has been over for ten minutes. When there are too many, the oldest that was never used goes first, then the one
/// whose streams have been over for longest.
/// </summary>
/// <param name="most">How many there may be.</param>
/// <param name="texts">Makes their texts, and reads those of other servers.</param>
/// <param name="time">Its timestamps are used.</param>
internal sealed class LiveTickets(int most, TicketText texts, TimeProvider time)
{
    /// <summary>How long a ticket waits for its first use.</summary>
    public static readonly TimeSpan FirstUse = TimeSpan.FromSeconds(60);

    /// <summary>How long a ticket is good after its last stream ended.</summary>
    public static readonly TimeSpan Reuse = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<LiveTicket>> byText = new(StringComparer.Ordinal);

    // A ticket whose streams run is in neither list.
    private readonly LinkedList<LiveTicket> unused = [];
    private readonly LinkedList<LiveTicket> resting = [];

    /// <summary>Makes a ticket; null when all there may be are in use.</summary>
    public LiveTicket? Issue(LiveView view)
    {
        var ticket = new LiveTicket(texts.Make(view), view) { Since = time.GetTimestamp() };
        lock (gate)
        {
            return Add(ticket) ? ticket : null;
        }
    }

    /// <summary>Begins a stream; null when there is no such ticket (any more). Every stream that begins must <see cref="End"/>.</summary>
    public LiveTicket? Begin(string text)
    {
        lock (gate)
        {
            DropExpired();
            if (!byText.TryGetValue(text, out var node))
            {
                if (!texts.TryRead(text, Reuse, out var view) || !Add(new LiveTicket(text, view) { Since = time.GetTimestamp() }))
                {
                    return null;
                }

                node = byText[text];
            }

            node.List?.Remove(node);
            node.Value.Streams++;
            return node.Value;
        }
    }

    /// <summary>Ends a stream.</summary>
    public void End(LiveTicket ticket)
    {
        lock (gate)
        {
            if (--ticket.Streams == 0)
            {
                ticket.Since = time.GetTimestamp();
                resting.AddLast(byText[ticket.Text]);
            }
        }
    }

    private bool Add(LiveTicket ticket)
    {
        DropExpired();
        if (byText.Count >= most && !DropFirst(unused) && !DropFirst(resting))
        {
            return false;
        }

        byText.Add(ticket.Text, unused.AddLast(ticket));
        return true;
    }

    private void DropExpired()
    {
        while (unused.First is { } first && time.GetElapsedTime(first.Value.Since) >= FirstUse)
        {
            DropFirst(unused);
        }

        while (resting.First is { } first && time.GetElapsedTime(first.Value.Since) >= Reuse)
        {
            DropFirst(resting);
        }
    }

    private bool DropFirst(LinkedList<LiveTicket> list)
    {
        if (list.First is not { } first)
        {
            return false;
        }

        list.RemoveFirst();
        return byText.Remove(first.Value.Text);
    }
}
