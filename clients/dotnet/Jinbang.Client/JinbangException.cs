using System;

namespace Jinbang.Client;

/// <summary>The server refused a call or could not be reached.</summary>
public sealed class JinbangException : Exception
{
    /// <summary>Makes one.</summary>
    public JinbangException(string code, string message, int status = 0, TimeSpan retryAfter = default, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>The server's own code, see its reference; or network, timeout, reply, refused, queue_full, no_key.</summary>
    public string Code { get; }

    /// <summary>The HTTP status, of the classic API its own; 0 without an answer.</summary>
    public int Status { get; }

    /// <summary>When trying again makes sense; zero when the server did not say.</summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>Whether trying again later makes sense.</summary>
    public bool IsPassing => Status == 0 && Code != "no_key" && Code != "queue_full" || Status == 408 || Status == 429 || Status >= 500;
}
