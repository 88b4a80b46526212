using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Ranking;

namespace Jinbang.Server.Games;

/// <summary>A game as it is configured. Section <c>Games:{id}</c>.</summary>
internal sealed record GameSettings
{
    public required GameId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Origins that pages may call from; null means any.</summary>
    public IReadOnlyList<string>? Origins { get; init; }

    public Score Lowest { get; init; } = new(long.MinValue);

    public Score Highest { get; init; } = new(long.MaxValue);

    public Nicknames Nicknames { get; init; }

    public Scores Scores { get; init; }

    public RankField Rank { get; init; }

    public BoardId Board => BoardId.Classic(Id);

    public GameDefinition Definition => new()
    {
        Id = Id,
        Name = Name,
        Origins = Origins,
        Boards = [new BoardDefinition { Name = BoardDefinition.ClassicName, Columns = [new ColumnDefinition { Lowest = Lowest.Value, Highest = Highest.Value }] }],
    };
}
