using System;
using System.Net.Http;

namespace Jinbang.Client;

/// <summary>What a client needs to know.</summary>
public sealed class JinbangOptions
{
    /// <summary>How many submissions may wait to be sent.</summary>
    public const int QueueLimit = 100;

    /// <summary>Where the server is and which game it is.</summary>
    public JinbangOptions(Uri url, string game)
    {
        Url = url ?? throw new ArgumentNullException(nameof(url));
        Game = game ?? throw new ArgumentNullException(nameof(game));
    }

    /// <summary>Where the server is, such as https://scores.example.</summary>
    public Uri Url { get; }

    /// <summary>The game's id.</summary>
    public string Game { get; }

    /// <summary>A client key of the game; the classic calls need none.</summary>
    public string? Key { get; set; }

    /// <summary>The board that is meant when a call names none.</summary>
    public string Board { get; set; } = "main";

    /// <summary>The window that is meant when a call names none.</summary>
    public string Window { get; set; } = "all_time";

    /// <summary>Keeps who the player is and what waits to be sent; in memory unless it is set.</summary>
    public IKeptText Kept { get; set; } = new KeptInMemory();

    /// <summary>Sends requests; one of the client's own, which it disposes, when it is null.</summary>
    public HttpClient? Http { get; set; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock, and the timer of pauses.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>A number from 0 to below 1, by which pauses differ between clients.</summary>
    public Func<double>? Random { get; set; }

    /// <summary>Told when a submission of an earlier run was stored.</summary>
    public Action<Receipt>? Stored { get; set; }

    /// <summary>Told when a submission of an earlier run was refused for good.</summary>
    public Action<JinbangException>? Refused { get; set; }
}
