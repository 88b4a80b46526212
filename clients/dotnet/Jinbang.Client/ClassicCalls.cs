using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Jinbang.Client;

/// <summary>What a classic submission did.</summary>
public enum ClassicResult
{
    /// <summary>It was the player's first score.</summary>
    First,

    /// <summary>It is better than the one before.</summary>
    Better,

    /// <summary>It changed nothing.</summary>
    NotBetter,
}

/// <summary>The four calls of the classic API. They are sent once.</summary>
public sealed class ClassicCalls
{
    private const string NotBetter = "分数少于原分数";

    private readonly JinbangClient client;
    private readonly string path;

    internal ClassicCalls(JinbangClient client, string path)
    {
        this.client = client;
        this.path = path;
    }

    /// <summary>Sets a player's profile; what is null stays.</summary>
    public Task PostUserInfoAsync(string openid, string? nickname = null, string? headimgurl = null, CancellationToken cancellationToken = default) =>
        AskAsync(HttpMethod.Post, "post_user_info", new[] { ("openid", openid), ("nickname", nickname), ("headimgurl", headimgurl) }, cancellationToken);

    /// <summary>Submits a score.</summary>
    public async Task<ClassicResult> PostScoreAsync(string openid, long score, CancellationToken cancellationToken = default)
    {
        try
        {
            var reply = await AskAsync(
                HttpMethod.Post, "post_score", new[] { ("openid", openid), ("score", (string?)score.ToString(CultureInfo.InvariantCulture)) }, cancellationToken).ConfigureAwait(false);
            return reply.GetProperty("msg").GetString()!.StartsWith("添加", StringComparison.Ordinal) ? ClassicResult.First : ClassicResult.Better;
        }
        catch (JinbangException fault) when (fault.Message == NotBetter)
        {
            return ClassicResult.NotBetter;
        }
    }

    /// <summary>A player's best score; null when he has none.</summary>
    public async Task<long?> UserScoreAsync(string openid, CancellationToken cancellationToken = default)
    {
        var reply = await AskAsync(HttpMethod.Get, $"user_score?openid={Uri.EscapeDataString(openid)}", null, cancellationToken).ConfigureAwait(false);
        return reply.TryGetProperty("data", out var data) ? NumberOf(data.GetProperty("score")) : (long?)null;
    }

    /// <summary>The first hundred, best first.</summary>
    public async Task<IReadOnlyList<ClassicRow>> TpinballScoreAsync(CancellationToken cancellationToken = default)
    {
        var reply = await AskAsync(HttpMethod.Get, "tpinball_score", null, cancellationToken).ConfigureAwait(false);
        return reply.GetProperty("data").EnumerateArray()
            .Select(row => new ClassicRow { Nickname = row.GetProperty("nickname").GetString(), Avatar = row.GetProperty("avatar").GetString(), Score = NumberOf(row.GetProperty("score")) }).ToList();
    }

    /// <summary>Numbers come as numbers or as text.</summary>
    private static long NumberOf(JsonElement value) => long.Parse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private async Task<JsonElement> AskAsync(HttpMethod method, string call, IEnumerable<(string Name, string? Value)>? fields, CancellationToken cancellationToken)
    {
        var form = fields is null ? null : new FormUrlEncodedContent(fields.Where(field => field.Value != null).Select(field => new KeyValuePair<string, string>(field.Name, field.Value!)));
        var reply = (await client.SendAsync(method, path + call, form, null, Wire.Default.JsonDocument, cancellationToken).ConfigureAwait(false))!.RootElement;
        var code = reply.TryGetProperty("code", out var one) ? (int)NumberOf(one) : (int)NumberOf(reply.GetProperty("status"));
        return code == 200 ? reply : throw new JinbangException("refused", reply.TryGetProperty("error", out var error) ? error.ToString() : "The server refused it.", code);
    }
}
