namespace Jinbang.Server.Problems;

/// <summary>
/// What went wrong, in one word that a program can act on: the <c>code</c> of a problem, and the last part of its <c>type</c>. Never change one: clients depend on them.
/// </summary>
internal enum ProblemCode
{
    /// <summary>400: the request is not what the reference says; <c>errors</c> names the fields.</summary>
    Invalid,

    /// <summary>401: there is no credential, or it is none of ours, expired or revoked.</summary>
    Unauthenticated,

    /// <summary>403: this credential may not do that.</summary>
    Forbidden,

    /// <summary>404: there is no such game, board, window, player or page.</summary>
    NotFound,

    /// <summary>405: the path has no such method.</summary>
    MethodNotAllowed,

    /// <summary>409: the idempotency key was used for another submission.</summary>
    IdempotencyConflict,

    /// <summary>409: the change needs a rebuild, see <c>rebuild</c>.</summary>
    RebuildNeeded,

    /// <summary>409: the change would give stored values another meaning.</summary>
    Conflict,

    /// <summary>409: the window that was named takes no more scores.</summary>
    WindowClosed,

    /// <summary>409: no window of the board is open at this time.</summary>
    NoWindow,

    /// <summary>409: there are as many as there may be.</summary>
    TooMany,

    /// <summary>413: the body is too large.</summary>
    TooLarge,

    /// <summary>415: the body is not JSON.</summary>
    UnsupportedMediaType,

    /// <summary>422: the score lies outside the board's bounds.</summary>
    OutOfBounds,

    /// <summary>422: the sum would leave the range of 64 bits.</summary>
    Overflow,

    /// <summary>429: too many requests from this address; <c>Retry-After</c> says when.</summary>
    RateLimited,

    /// <summary>500: a fault of the server's own.</summary>
    Internal,

    /// <summary>503: nothing happened, trying again makes sense; <c>Retry-After</c> says when.</summary>
    Unavailable,

    /// <summary>503: the board has not reached the version that was asked for.</summary>
    VersionNotReached,
}
