using Jinbang.Boards;
using Jinbang.Boards.Games;

namespace Jinbang.Server.Games;

/// <summary>A game as it is configured, section <c>Games:{id}</c>; or one made at run time, with the classic API's usual style.</summary>
internal sealed record GameSettings
{
    public required GameId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Origins that pages may call from; null means any.</summary>
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>The boards, the classic one among them.</summary>
    public IReadOnlyList<BoardDefinition> Boards { get; init; } = [new BoardDefinition { Name = BoardDefinition.ClassicName }];

    public Nicknames Nicknames { get; init; }

    public Scores Scores { get; init; }

    public RankField Rank { get; init; }

    public BoardId Board => BoardId.Classic(Id);

    public GameDefinition Definition => new() { Id = Id, Name = Name, Origins = Origins, Boards = Boards };
}
