namespace Jinbang.Ranking.Sealed;

/// <summary>
/// What a sealed file is about, in the owner's own numbers. It is written into the file and compared when the file is opened, so that a file that was
/// copied over another one is refused. Compares by content; <c>default</c> is a label like any other.
/// </summary>
/// <param name="Board">The board.</param>
/// <param name="Window">The window of the board.</param>
/// <param name="LastOrder">The last change that the standings contain.</param>
public readonly record struct SealedLabel(long Board, long Window, long LastOrder)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"board {Board}, window {Window}, last order {LastOrder}");
}
