using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Ranking;

namespace Jinbang.Boards.Games;

/// <summary>A running game: its players and its boards. Changed by the committer alone and read by everyone.</summary>
internal sealed class Game
{
    private readonly ConcurrentDictionary<int, byte> erased = [];
    private volatile GameDefinition settings;
    private volatile Dictionary<string, Board> boards;
    private volatile GameDefinition? definition;
    private volatile IReadOnlySet<string> wanted = FrozenSet<string>.Empty;
    private readonly bool isShared;
    private volatile ImmutableList<Erasure> erasures = [];
    private readonly Lock adding = new();
    private volatile int lastPlayer;

    /// <param name="stored">What the store says of it.</param>
    /// <param name="secret">The store's.</param>
    /// <param name="store">Where it rests.</param>
    /// <param name="isShared">Whether other processes give numbers to its players too.</param>
    public Game(StoredGame stored, ReadOnlySpan<byte> secret, IScoreStore store, bool isShared)
    {
        this.isShared = isShared;
        settings = stored.Definition;
        Number = stored.Number;
        PublicIds = new PublicIds(secret, stored.Number);
        boards = stored.Boards.Select(board => new Board(this, board, store)).ToDictionary(static board => board.Definition.Name);
    }

    public GameId Id => settings.Id;

    /// <summary>What the game is, with its boards as they are now.</summary>
    public GameDefinition Definition =>
        definition ??= settings with { Boards = [.. Boards.Select(static board => board.Definition).OrderBy(static board => board.Name, StringComparer.Ordinal)] };

    /// <summary>The game's number in the store.</summary>
    public int Number { get; }

    public IReadOnlyCollection<Board> Boards => boards.Values;

    public PlayerDirectory Players { get; } = new(RandomKey());

    public PublicIds PublicIds { get; }

    /// <summary>Whether the game was deleted. Set by the committer.</summary>
    public bool IsGone { get; private set; }

    public Board? Find(string board) => boards.GetValueOrDefault(board);

    /// <summary>
    /// Whether there is a player of this number (any more). Others who share the store may have given the number: whoever knows it has it from them.
    /// </summary>
    public bool Has(PlayerId player) => player.IsSome && (isShared || player.Number <= lastPlayer) && !erased.ContainsKey(player.Number);

    /// <summary>Whether anyone wants events of a type.</summary>
    public bool Wants(string type) => wanted.Contains(type);

    public void Want(IReadOnlySet<string> types) => wanted = types;

    /// <summary>Takes a player in.</summary>
    public void Add(ReadOnlySpan<byte> externalId, PlayerId player)
    {
        lock (adding)
        {
            if (isShared && Players.TryFind(externalId, out var known))
            {
                if (known.Number >= player.Number)
                {
                    return;
                }

                // Who had this id was erased, and it is another player's now.
                Players.Remove(externalId);
            }

            Players.Add(externalId, player);
            lastPlayer = Math.Max(lastPlayer, player.Number);
        }
    }

    /// <summary>The player of an external id, as far as this process knows.</summary>
    public bool TryFind(ReadOnlySpan<byte> externalId, out PlayerId player) => Players.TryFind(externalId, out player) && !erased.ContainsKey(player.Number);

    /// <summary>Takes note, after all players were read, of the numbers that were given and have no player any more.</summary>
    public void Loaded(int last, IReadOnlySet<int> gone)
    {
        lastPlayer = Math.Max(lastPlayer, last);
        foreach (var number in gone)
        {
            erased.TryAdd(number, 0);
        }
    }

    /// <summary>Forgets a player.</summary>
    public void Erase(ReadOnlySpan<byte> externalId, PlayerId player)
    {
        lock (adding)
        {
            erased.TryAdd(player.Number, 0);
            Players.Remove(externalId);
        }
    }

    /// <summary>The last erasure that is known.</summary>
    public long LastErasure => erasures is [.., var last] ? last.Number : 0;

    /// <summary>Takes note of an erasure, of which only the player's number is known.</summary>
    public void Erase(Erasure erasure)
    {
        lock (adding)
        {
            erased.TryAdd(erasure.Player.Number, 0);
            if (erasure.Number > LastErasure)
            {
                erasures = erasures.Add(erasure);
            }
        }
    }

    /// <summary>Whom later erasures than this one were about.</summary>
    public List<PlayerId> ErasedAfter(long number)
    {
        var players = new List<PlayerId>();
        for (var i = erasures.Count - 1; i >= 0 && erasures[i].Number > number; i--)
        {
            players.Add(erasures[i].Player);
        }

        return players;
    }

    /// <summary>Takes the game's own settings.</summary>
    public void Change(GameDefinition changed) => settings = changed with { Boards = [] };

    /// <summary>Takes note that settings of it or of one of its boards are others now.</summary>
    public void Changed() => definition = null;

    public void Add(Board board) => boards = boards.Values.Append(board).ToDictionary(static board => board.Definition.Name);

    public void Remove(Board board)
    {
        board.IsGone = true;
        boards = boards.Values.Where(other => other != board).ToDictionary(static board => board.Definition.Name);
    }

    public void Remove()
    {
        IsGone = true;
        foreach (var board in Boards)
        {
            board.IsGone = true;
        }
    }

    private static KeyedHash RandomKey()
    {
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        return new KeyedHash(BitConverter.ToUInt64(key), BitConverter.ToUInt64(key[8..]));
    }
}
