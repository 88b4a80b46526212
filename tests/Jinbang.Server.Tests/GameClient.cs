namespace Jinbang.Server.Tests;

/// <summary>One game's classic API over one connection. Bodies are sent as they are given.</summary>
internal sealed class GameClient(RawConnection connection, string game) : IAsyncDisposable
{
    public string Game => game;

    public RawConnection Connection => connection;

    public string PathOf(string call) => $"/{game}/api/{call}";

    public Task<RawReply> PostScoreAsync(string body, string? contentType = RawRequest.Form) => PostScoreAsync(RawRequest.Of(body), contentType);

    public Task<RawReply> PostScoreAsync(byte[] body, string? contentType = RawRequest.Form) => connection.AskAsync(RawRequest.Post(PathOf("post_score"), contentType, body));

    public Task<RawReply> PostProfileAsync(string body, string? contentType = RawRequest.Form) => PostProfileAsync(RawRequest.Of(body), contentType);

    public Task<RawReply> PostProfileAsync(byte[] body, string? contentType = RawRequest.Form) => connection.AskAsync(RawRequest.Post(PathOf("post_user_info"), contentType, body));

    /// <summary>Reads a player's best score.</summary>
    public Task<RawReply> UserScoreAsync(string openid) => connection.AskAsync(RawRequest.Get($"{PathOf("user_score")}?openid={Uri.EscapeDataString(openid)}"));

    public Task<RawReply> ListAsync(params string[] headers) => connection.AskAsync(RawRequest.Get(PathOf("tpinball_score"), headers));

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
