using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading;
using System.Threading.Tasks;

namespace Jinbang.Client;

/// <summary>How it asks: credentials, errors, one more try with a new token.</summary>
public sealed partial class JinbangClient
{
    internal async Task<T?> SendAsync<T>(HttpMethod method, string url, HttpContent? content, string? credential, JsonTypeInfo<T>? type, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = options.Time.CreateTimer(one => ((CancellationTokenSource)one!).Cancel(), limit, options.Timeout, Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (credential != null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        }

        try
        {
            using var reply = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
#if NET
            var text = await reply.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
#else
            var text = await reply.Content.ReadAsStringAsync().ConfigureAwait(false);
#endif
            if (!reply.IsSuccessStatusCode)
            {
                throw Refusal(reply, text);
            }

            return type is null || text.Length == 0 ? null : JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException fault)
        {
            throw new JinbangException("reply", "The answer is not what it should be.", 0, default, fault);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JinbangException("timeout", "The server did not answer in time.", 0, default, fault);
        }
        catch (Exception fault) when (fault is not JinbangException and not OperationCanceledException)
        {
            // Whatever the handler below throws: it did not get through.
            throw new JinbangException("network", "The server cannot be reached.", 0, default, fault);
        }
    }

    private static JinbangException Refusal(HttpResponseMessage reply, string text)
    {
        Problem? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(text, Wire.Default.Problem);
        }
        catch (JsonException)
        {
            // Perhaps a proxy's page.
        }

        return new JinbangException(
            problem?.Code ?? "http", problem?.Detail ?? problem?.Title ?? $"The server answered {(int)reply.StatusCode}.", (int)reply.StatusCode, reply.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
    }

    private static StringContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");

    private static async Task<string?> NextLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
#if NET
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
#else
            // Disposing the answer is what ends a read that waits.
            using (cancellationToken.Register(one => ((StreamReader)one!).Dispose(), reader))
            {
                return await reader.ReadLineAsync().ConfigureAwait(false);
            }
#endif
        }
        catch (Exception fault) when (fault is IOException || fault is HttpRequestException || fault is ObjectDisposedException || fault is OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private string WindowPath(string? board, string? window) => $"/boards/{Uri.EscapeDataString(board ?? options.Board)}/windows/{Uri.EscapeDataString(window ?? options.Window)}";

    private string? Credential()
    {
        lock (gate)
        {
            return state.Token ?? options.Key;
        }
    }

    private async Task<T> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => (await SendAsync(HttpMethod.Get, v1 + path, null, Credential(), type, cancellationToken).ConfigureAwait(false))!;

    /// <summary>As the player; once more with a new token when the old one is no longer taken.</summary>
    private async Task<T?> OwnAsync<T>(HttpMethod method, string path, string? json, JsonTypeInfo<T>? type, CancellationToken cancellationToken)
        where T : class
    {
        var token = await TokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return await SendAsync(method, v1 + path, json is null ? null : Json(json), token, type, cancellationToken).ConfigureAwait(false);
        }
        catch (JinbangException fault) when (fault.Status == (int)HttpStatusCode.Unauthorized)
        {
            token = await TokenAsync(renew: true, cancellationToken).ConfigureAwait(false);
            return await SendAsync(method, v1 + path, json is null ? null : Json(json), token, type, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> TokenAsync(bool renew, CancellationToken cancellationToken)
    {
        await signing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string? secret;
            lock (gate)
            {
                if (!renew && state.Token is { } known && state.Expires - options.Time.GetUtcNow() > RenewBefore)
                {
                    return known;
                }

                secret = state.Secret;
            }

            if (options.Key is null)
            {
                throw new JinbangException("no_key", "A client key is needed to sign in.");
            }

            var body = JsonSerializer.Serialize(new GuestRequest { Secret = secret }, Wire.Default.GuestRequest);
            var made = (await SendAsync(HttpMethod.Post, $"{v1}/players/guest", Json(body), options.Key, Wire.Default.GuestReply, cancellationToken).ConfigureAwait(false))!;
            lock (gate)
            {
                (state.Player, state.Secret, state.Token, state.Expires) = (made.Player, made.Secret ?? secret, made.Token, made.ExpiresAt);
                Keep();
            }

            return made.Token;
        }
        finally
        {
            signing.Release();
        }
    }
}
