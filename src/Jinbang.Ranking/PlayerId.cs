namespace Jinbang.Ranking;

/// <summary>
/// The number of a player within one game: dense, counted from 1, never reused, shared by all boards of the game.
/// <c>default</c> is no player.
/// </summary>
/// <param name="Number">1 to <see cref="int.MaxValue"/>; 0 only in <c>default</c>.</param>
public readonly record struct PlayerId(int Number)
{
    /// <summary>Whether this names a player at all.</summary>
    public bool IsSome => Number > 0;

    /// <inheritdoc />
    public override string ToString() => $"#{Number}";
}
