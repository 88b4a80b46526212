using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Jinbang.Client;

/// <summary>
/// One game on one device. What is submitted goes into a queue that is kept, with an idempotency key made once, and leaves it only when the server has taken or refused it: nothing is lost
/// by a dead network or a restart, and nothing counts twice however often it is sent. Everything else is asked once and fails if it fails. Safe for use from several threads.
/// </summary>
public sealed partial class JinbangClient : IAsyncDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly JinbangOptions options;
    private readonly HttpClient http;
    private readonly bool ownsHttp;
    private readonly string v1;
    private readonly object gate = new object();
    private readonly State state;
    private readonly Dictionary<string, TaskCompletionSource<Receipt>> callers = new Dictionary<string, TaskCompletionSource<Receipt>>();
    private readonly SemaphoreSlim signing = new SemaphoreSlim(1);
    private readonly SemaphoreSlim arrived = new SemaphoreSlim(0);
    private readonly CancellationTokenSource stop = new CancellationTokenSource();
    private readonly Task sending;

    /// <summary>Reads what was kept and begins to send what an earlier run has left.</summary>
    public JinbangClient(JinbangOptions options)
    {
        this.options = options ?? throw new ArgumentNullException(nameof(options));
        ownsHttp = options.Http is null;
        http = options.Http ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        v1 = $"{options.Url.GetLeftPart(UriPartial.Authority)}/v1/games/{Uri.EscapeDataString(options.Game)}";
        state = Load(options.Kept);
        Classic = new ClassicCalls(this, $"{options.Url.GetLeftPart(UriPartial.Authority)}/{options.Game}/api/");
        if (state.Queue.Count > 0)
        {
            arrived.Release();
        }

        sending = Task.Run(SendAllAsync);
    }

    /// <summary>The four calls of the classic API, for a game that was written for it.</summary>
    public ClassicCalls Classic { get; }

    /// <summary>How many submissions wait to be sent.</summary>
    public int Pending
    {
        get
        {
            lock (gate)
            {
                return state.Queue.Count;
            }
        }
    }

    /// <summary>The player's public id; null before the first sign-in.</summary>
    public string? Player
    {
        get
        {
            lock (gate)
            {
                return state.Player;
            }
        }
    }

    /// <summary>Signs in, as the guest that this device has been before, and sets the profile if one is given.</summary>
    /// <returns>The player's public id.</returns>
    public async Task<string> LoginAsync(PlayerProfile? profile = null, CancellationToken cancellationToken = default)
    {
        await TokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        if (profile != null)
        {
            await ProfileAsync(profile, cancellationToken).ConfigureAwait(false);
        }

        return Player!;
    }

    /// <summary>Submits a score to the usual board; the overload with text can say more.</summary>
    public Task<Receipt> SubmitAsync(decimal score) => SubmitAsync(score.ToString(CultureInfo.InvariantCulture));

    /// <summary>Submits a score as decimal text. Answers at the latest when the first attempt to send it has failed: then <see cref="Receipt.IsQueued"/> is true, and it is sent later.</summary>
    /// <param name="score">The score, such as "12.50".</param>
    /// <param name="board">The board; the usual one when it is null.</param>
    /// <param name="tieBreakers">The board's tie-breakers by name, as decimal text.</param>
    /// <param name="metadata">Kept with the entry.</param>
    /// <param name="cancellationToken">Stops waiting, not sending.</param>
    /// <exception cref="JinbangException">It was refused, or the queue is full; what had been queued stays.</exception>
    public async Task<Receipt> SubmitAsync(
        string score, string? board = null, IReadOnlyDictionary<string, string>? tieBreakers = null, JsonElement? metadata = null, CancellationToken cancellationToken = default)
    {
        var body = new Submission { Score = score, IdempotencyKey = NewKey(), TieBreakers = tieBreakers?.ToDictionary(pair => pair.Key, pair => pair.Value), Metadata = metadata };
        var done = new TaskCompletionSource<Receipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (state.Queue.Count >= JinbangOptions.QueueLimit)
            {
                throw new JinbangException("queue_full", $"{JinbangOptions.QueueLimit} submissions wait to be sent.");
            }

            state.Queue.Add(new Waiting { Board = board ?? options.Board, Body = body });
            Keep();
            callers.Add(body.IdempotencyKey, done);
        }

        arrived.Release();
        using (cancellationToken.Register(() => done.TrySetCanceled(cancellationToken)))
        {
            return await done.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Sends what waits now, as a game does when it comes to the front.</summary>
    public void Flush() => arrived.Release();

    /// <summary>A page of the standings.</summary>
    /// <param name="limit">How many lines, 1 to 1000.</param>
    /// <param name="cursor">Where the page before ended, see <see cref="StandingsPage.Next"/>.</param>
    /// <param name="window">The window; the usual one when it is null.</param>
    /// <param name="board">The board; the usual one when it is null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<StandingsPage> TopAsync(int limit = 100, string? cursor = null, string? window = null, string? board = null, CancellationToken cancellationToken = default) => ReadAsync(
        FormattableString.Invariant($"{WindowPath(board, window)}/standings?limit={limit}") + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), Wire.Default.StandingsPage, cancellationToken);

    /// <summary>The player's own line; null when he has none.</summary>
    public async Task<StandingsLine?> MeAsync(string? window = null, string? board = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await OwnAsync(HttpMethod.Get, $"{WindowPath(board, window)}/standings/players/me", null, Wire.Default.OwnLine, cancellationToken).ConfigureAwait(false))?.Line;
        }
        catch (JinbangException fault) when (fault.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The lines around the player's own.</summary>
    /// <param name="each">How many on each side.</param>
    /// <param name="window">The window; the usual one when it is null.</param>
    /// <param name="board">The board; the usual one when it is null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<StandingsPage> AroundAsync(int each = 5, string? window = null, string? board = null, CancellationToken cancellationToken = default) =>
        (await OwnAsync(HttpMethod.Get, FormattableString.Invariant($"{WindowPath(board, window)}/standings/around/me?limit={(2 * each) + 1}"), null, Wire.Default.StandingsPage, cancellationToken).ConfigureAwait(false))!;

    /// <summary>Shows a window as it changes, for as long as it is enumerated; comes back by itself when the connection breaks.</summary>
    /// <param name="top">How many of the first lines, 1 to 100.</param>
    /// <param name="window">The window; the usual one when it is null.</param>
    /// <param name="board">The board; the usual one when it is null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="JinbangException">The server refused it.</exception>
    public async IAsyncEnumerable<StandingsPage> LiveAsync(int top = 10, string? window = null, string? board = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ticket = JsonSerializer.Serialize(new TicketRequest { Board = board ?? options.Board, Window = window ?? options.Window, Top = top }, Wire.Default.TicketRequest);
        for (var failures = 0; ; failures++)
        {
            if (failures > 0)
            {
                await PauseAsync(failures - 1, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            }

            HttpResponseMessage? reply = null;
            try
            {
                var made = await SendAsync(HttpMethod.Post, $"{v1}/live/tickets", Json(ticket), Credential(), Wire.Default.TicketReply, cancellationToken).ConfigureAwait(false);
                reply = await http.GetAsync(new Uri(options.Url, made!.Url), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            }
            catch (JinbangException fault) when (fault.IsPassing)
            {
                continue;
            }
            catch (HttpRequestException)
            {
                continue;
            }

            using (reply)
            {
                if (!reply.IsSuccessStatusCode)
                {
                    continue;
                }

#if NET
                using var reader = new StreamReader(await reply.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
#else
                using var reader = new StreamReader(await reply.Content.ReadAsStreamAsync().ConfigureAwait(false), Encoding.UTF8);
#endif
                var name = "";
                while (await NextLineAsync(reader, cancellationToken).ConfigureAwait(false) is { } line)
                {
                    if (line.StartsWith("event:", StringComparison.Ordinal))
                    {
                        name = line.Substring(6).Trim();
                    }
                    else if (line.StartsWith("data:", StringComparison.Ordinal) && name == "standings")
                    {
                        failures = 0;
                        yield return JsonSerializer.Deserialize(line.Substring(5), Wire.Default.StandingsPage)!;
                    }
                    else if (line.StartsWith("data:", StringComparison.Ordinal) && name == "gone")
                    {
                        yield break;
                    }
                }
            }
        }
    }

    /// <summary>Changes the player's profile.</summary>
    public Task ProfileAsync(PlayerProfile profile, CancellationToken cancellationToken = default) =>
        OwnAsync<Problem>(HttpMethod.Post, "/players/me/profile", JsonSerializer.Serialize(profile, Wire.Default.PlayerProfile), null, cancellationToken);

    /// <summary>Forgets the player, on the server and on this device.</summary>
    public async Task DeleteMeAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (state.Secret is null && state.Token is null)
            {
                return;
            }
        }

        await OwnAsync<Problem>(HttpMethod.Delete, "/players/me", null, null, cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            (state.Player, state.Secret, state.Token, state.Expires) = (null, null, null, default);
            state.Queue.Clear();
            Keep();
        }
    }

    /// <summary>Stops sending; what waits is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        stop.Cancel();
        await sending.ConfigureAwait(false);
        Queued();
        if (ownsHttp)
        {
            http.Dispose();
        }

        stop.Dispose();
        signing.Dispose();
        arrived.Dispose();
    }
}
