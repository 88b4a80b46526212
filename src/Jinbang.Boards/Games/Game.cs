using System.Security.Cryptography;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards.Games;

/// <summary>A running game: its players and its boards. The directory is written by the committer alone and read by everyone.</summary>
internal sealed class Game
{
    public Game(GameDefinition definition, StoredGame stored, IScoreStore store)
    {
        Definition = definition;
        Number = stored.Number;
        Boards = [.. definition.Boards.Select((board, index) => new Board(this, board, stored.Boards[index], store))];
    }

    public GameDefinition Definition { get; }

    /// <summary>The game's number in the store.</summary>
    public int Number { get; }

    public IReadOnlyList<Board> Boards { get; }

    public PlayerDirectory Players { get; } = new(RandomKey());

    private static KeyedHash RandomKey()
    {
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        return new KeyedHash(BitConverter.ToUInt64(key), BitConverter.ToUInt64(key[8..]));
    }
}
