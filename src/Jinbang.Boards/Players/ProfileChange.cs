namespace Jinbang.Boards.Players;

/// <summary>What a post says about a profile: every field that is null keeps its old value; texts are valid UTF-8 without U+0000.</summary>
public sealed class ProfileChange
{
    /// <inheritdoc cref="Profile.Nickname" />
    public byte[]? Nickname { get; init; }

    /// <inheritdoc cref="Profile.Avatar" />
    public byte[]? Avatar { get; init; }

    /// <inheritdoc cref="Profile.Sex" />
    public byte? Sex { get; init; }

    /// <inheritdoc cref="Profile.Province" />
    public byte[]? Province { get; init; }

    /// <inheritdoc cref="Profile.City" />
    public byte[]? City { get; init; }

    /// <inheritdoc cref="Profile.Country" />
    public byte[]? Country { get; init; }
}
