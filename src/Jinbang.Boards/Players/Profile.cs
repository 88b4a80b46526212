namespace Jinbang.Boards.Players;

/// <summary>A player's profile as it was posted, texts as UTF-8. A null text was never posted. Immutable; compares by reference.</summary>
public sealed class Profile
{
    /// <summary>The name shown, up to 255 Unicode scalar values.</summary>
    public byte[]? Nickname { get; init; }

    /// <summary>The address of the player's picture, up to 1024 Unicode scalar values; not checked to be one.</summary>
    public byte[]? Avatar { get; init; }

    /// <summary>0 unknown, 1 male, 2 female, as WeChat counts.</summary>
    public byte? Sex { get; init; }

    /// <summary>Up to 255 Unicode scalar values.</summary>
    public byte[]? Province { get; init; }

    /// <summary>Up to 255 Unicode scalar values.</summary>
    public byte[]? City { get; init; }

    /// <summary>Up to 255 Unicode scalar values.</summary>
    public byte[]? Country { get; init; }
}
