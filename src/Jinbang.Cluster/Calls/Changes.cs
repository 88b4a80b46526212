namespace Jinbang.Cluster.Calls;

/// <summary>What is to be changed. The numbers are sent: never change one, only append.</summary>
internal enum ChangeKind
{
    /// <summary>The board's definition.</summary>
    Define = 1,

    /// <summary>The board is deleted.</summary>
    Delete = 2,

    /// <summary>A window is closed before its time.</summary>
    Close = 3,
}

/// <summary>A change of a board that its owner makes.</summary>
[GenerateSerializer]
[Alias("jinbang.change")]
internal sealed class ChangeCall
{
    /// <summary>What is to be changed.</summary>
    [Id(0)]
    public ChangeKind Kind { get; init; }

    /// <summary>The definition, as stores keep it.</summary>
    [Id(1)]
    public string? Definition { get; init; }

    /// <summary>Whether open windows may be made again.</summary>
    [Id(2)]
    public bool Rebuild { get; init; }

    /// <summary>The window's rule.</summary>
    [Id(3)]
    public string? Rule { get; init; }

    /// <summary>The window's key.</summary>
    [Id(4)]
    public string? Key { get; init; }
}

/// <summary>What became of a change.</summary>
[GenerateSerializer]
[Alias("jinbang.change.reply")]
internal sealed class ChangeReply
{
    /// <summary>Whether it was looked at.</summary>
    [Id(0)]
    public BoardState State { get; init; }

    /// <summary>The number of the outcome.</summary>
    [Id(1)]
    public int Outcome { get; init; }
}
