namespace Jinbang.Server.Games;

/// <summary>How the classic API writes nicknames.</summary>
internal enum Nicknames
{
    /// <summary>As they were posted.</summary>
    Verbatim,

    /// <summary>As the Base64 of their UTF-8, for clients that decode it.</summary>
    Base64,
}

/// <summary>How the classic API writes scores.</summary>
internal enum Scores
{
    /// <summary>As in the interface document: a number for one player, text in the list.</summary>
    Document,

    /// <summary>As text everywhere, as the old server did.</summary>
    Text,
}

/// <summary>What the classic API's list says as <c>rank</c>.</summary>
internal enum RankField
{
    /// <summary>null, as in the interface document.</summary>
    Null,

    /// <summary>The place, as text.</summary>
    Place,
}
