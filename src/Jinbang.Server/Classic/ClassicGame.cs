using Jinbang.Boards;
using Jinbang.Server.Games;

namespace Jinbang.Server.Classic;

/// <summary>A game as the classic API sees it: its settings, and its list as prepared bytes.</summary>
internal sealed class ClassicGame(GameSettings settings)
{
    private volatile TopHundredBytes? prepared;

    public GameSettings Settings => settings;

    public BoardId Board { get; } = settings.Board;

    /// <summary>The list for a head, written once for each head.</summary>
    public TopHundredBytes ListOf(BoardHead head)
    {
        var last = prepared;
        return last is not null && ReferenceEquals(last.Head, head) ? last : prepared = new TopHundredBytes(head, settings);
    }
}
