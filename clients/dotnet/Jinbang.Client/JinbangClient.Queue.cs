using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Jinbang.Client;

/// <summary>The queue: what is kept, and who sends it when.</summary>
public sealed partial class JinbangClient
{
    private static State Load(IKeptText kept)
    {
        try
        {
            return kept.Read() is { Length: > 0 } text ? JsonSerializer.Deserialize(text, Wire.Default.State) ?? new State() : new State();
        }
        catch (JsonException)
        {
            // Not ours, or of a version that is gone: better a new player than no game.
            return new State();
        }
    }

    private static string NewKey()
    {
        var bytes = new byte[16];
        RandomNumberGenerator.Fill(bytes);
        return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private async Task SendAllAsync()
    {
        try
        {
            for (var failures = 0; ;)
            {
                Waiting? next;
                lock (gate)
                {
                    next = state.Queue.Count > 0 ? state.Queue[0] : null;
                }

                if (next is null)
                {
                    await arrived.WaitAsync(stop.Token).ConfigureAwait(false);
                    continue;
                }

                try
                {
                    var body = JsonSerializer.Serialize(next.Body, Wire.Default.Submission);
                    var receipt = await OwnAsync(HttpMethod.Post, $"/boards/{Uri.EscapeDataString(next.Board)}/scores", body, Wire.Default.Receipt, stop.Token).ConfigureAwait(false);
                    failures = 0;
                    Settle(next, receipt, null);
                }
                catch (JinbangException fault) when (fault.IsPassing || fault.Code == "no_key")
                {
                    Queued();
                    await PauseAsync(failures++, fault.RetryAfter, stop.Token).ConfigureAwait(false);
                }
                catch (JinbangException fault)
                {
                    Settle(next, null, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Settle(Waiting entry, Receipt? receipt, JinbangException? fault)
    {
        TaskCompletionSource<Receipt>? caller;
        lock (gate)
        {
            state.Queue.RemoveAll(one => one.Body.IdempotencyKey == entry.Body.IdempotencyKey);
            Keep();
            callers.Remove(entry.Body.IdempotencyKey, out caller);
        }

        if (fault is null)
        {
            _ = caller?.TrySetResult(receipt!);
            if (caller is null)
            {
                options.Stored?.Invoke(receipt!);
            }
        }
        else
        {
            _ = caller?.TrySetException(fault);
            if (caller is null)
            {
                options.Refused?.Invoke(fault);
            }
        }
    }

    /// <summary>Whoever waits is told that it will be sent later.</summary>
    private void Queued()
    {
        List<TaskCompletionSource<Receipt>> waiting;
        lock (gate)
        {
            waiting = callers.Values.ToList();
            callers.Clear();
        }

        waiting.ForEach(one => one.TrySetResult(new Receipt { IsQueued = true }));
    }

    /// <summary>A random pause below a bound that doubles, after what the server asks for; ended early by a flush.</summary>
    private async Task PauseAsync(int failures, TimeSpan least, CancellationToken cancellationToken)
    {
        var most = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(failures, 10)));
        var share = options.Random is { } given ? given() : RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);
        var pause = least + TimeSpan.FromTicks((long)(most.Ticks * share));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = options.Time.CreateTimer(one => ((CancellationTokenSource)one!).Cancel(), ended, pause, Timeout.InfiniteTimeSpan);
        try
        {
            await arrived.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    private void Keep() => options.Kept.Write(JsonSerializer.Serialize(state, Wire.Default.State));
}
