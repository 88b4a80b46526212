using System.Collections.Frozen;
using Jinbang.Boards.Games;
using Jinbang.Server.Operating;

namespace Jinbang.Server.Games;

/// <summary>The games this server serves, and the one that <c>/api</c> stands for.</summary>
internal sealed class GameCatalog
{
    /// <summary>The game of the interface document, served when no games are configured.</summary>
    public const string DocumentGame = "5f195b8dc01e13002c2d7341";

    /// <summary>First path words of the server's own; no game may have such an id.</summary>
    public static readonly FrozenSet<string> ReservedWords = FrozenSet.Create(
        StringComparer.Ordinal, "api", "v1", "docs", "health", "play", "boards", "live", "console", "embed", "screen", "sdk", "avatars");

    private const string LowestKey = "LowestScore";
    private const string HighestKey = "HighestScore";

    private readonly FrozenDictionary<GameId, GameSettings> byId;

    private GameCatalog(IReadOnlyList<GameSettings> games, GameSettings? defaultGame)
    {
        Games = games;
        byId = games.ToFrozenDictionary(static game => game.Id);
        Default = defaultGame;
    }

    public IReadOnlyList<GameSettings> Games { get; }

    /// <summary>The game behind <c>/api</c>; null when several games are configured and none of them is named.</summary>
    public GameSettings? Default { get; }

    public GameSettings? Find(GameId id) => byId.GetValueOrDefault(id);

    public static GameCatalog Read(IConfiguration configuration, List<string> faults)
    {
        var games = configuration.GetSection("Games").GetChildren().Select(section => ReadGame(section, faults)).OfType<GameSettings>().ToList();
        if (games.Count == 0)
        {
            games.Add(new GameSettings { Id = GameId.Parse(DocumentGame), Name = "Pinball" });
        }

        var wanted = configuration["DefaultGame"];
        var defaultGame = string.IsNullOrEmpty(wanted)
            ? games.Count == 1 ? games[0] : games.Find(static game => game.Id.ToString() == DocumentGame)
            : games.Find(game => game.Id.ToString() == wanted);
        if (defaultGame is null && !string.IsNullOrEmpty(wanted))
        {
            faults.Add($"DefaultGame is '{wanted}': one of the configured games is allowed ({string.Join(", ", games.Select(static game => game.Id))}).");
        }

        return new GameCatalog(games, defaultGame);
    }

    private static GameSettings? ReadGame(IConfigurationSection section, List<string> faults)
    {
        // Environment variables come in any case; ids are lower case.
        var key = section.Key.ToLowerInvariant();
        if (!GameId.TryParse(key, out var id))
        {
            faults.Add($"{section.Path}: '{section.Key}' is no game id; 1 to {GameId.LongestLength} characters of a-z, 0-9 and '-' are allowed.");
            return null;
        }

        if (ReservedWords.Contains(key))
        {
            faults.Add($"{section.Path}: '{key}' is a path of the server's own and cannot be a game id ({string.Join(", ", ReservedWords.Order(StringComparer.Ordinal))} are reserved).");
            return null;
        }

        Settings.CheckKeys(section, ["Name", "Origins", LowestKey, HighestKey, "Nicknames", "Scores", "Rank", "Boards"], faults);
        return new GameSettings
        {
            Id = id,
            Name = string.IsNullOrWhiteSpace(section["Name"]) ? key : section["Name"]!,
            Origins = ReadOrigins(section.GetSection("Origins"), faults),
            Boards = ReadBoards(section, faults),
            Nicknames = Choice<Nicknames>(section, "Nicknames", faults),
            Scores = Choice<Scores>(section, "Scores", faults),
            Rank = Choice<RankField>(section, "Rank", faults),
        };
    }

    /// <summary>The boards that are declared, and the classic one where it is not.</summary>
    private static List<BoardDefinition> ReadBoards(IConfigurationSection section, List<string> faults)
    {
        var boards = section.GetSection("Boards").GetChildren().Select(board => BoardSettings.Read(board, faults)).ToList();
        var lowest = Settings.Number(section, LowestKey, long.MinValue, long.MinValue, long.MaxValue, faults);
        var highest = Settings.Number(section, HighestKey, long.MaxValue, long.MinValue, long.MaxValue, faults);
        if (lowest > highest)
        {
            faults.Add($"{section.Path}: LowestScore {lowest} is above HighestScore {highest}, so no score could ever be accepted.");
        }

        if (boards.Find(static board => board.Name == BoardDefinition.ClassicName) is not { } classic)
        {
            return [new BoardDefinition { Name = BoardDefinition.ClassicName, Columns = [new ColumnDefinition { Lowest = lowest, Highest = highest }] }, .. boards];
        }

        if (ClassicForm.FaultOf(classic) is { } fault)
        {
            faults.Add($"{section.Path}:Boards:{classic.Name}: {fault}");
        }

        if (section[LowestKey] is not null || section[HighestKey] is not null)
        {
            faults.Add($"{section.Path}: {LowestKey} and {HighestKey} are for a game that does not declare {classic.Name}. Set Boards:{classic.Name}:Lowest and Highest.");
        }

        return boards;
    }

    private static List<string>? ReadOrigins(IConfigurationSection section, List<string> faults)
    {
        var given = section.Value is { Length: > 0 } one ? [one] : section.GetChildren().Select(static child => child.Value ?? "").ToList();
        if (given.Count == 0 || given is ["*"])
        {
            return null;
        }

        foreach (var origin in given.Where(static origin => !GameOrigins.IsOrigin(origin)))
        {
            faults.Add($"{section.Path} holds '{origin}': origins such as https://game.example are allowed, without a path, or '*' alone.");
        }

        return given;
    }

    private static T Choice<T>(IConfigurationSection section, string key, List<string> faults)
        where T : struct, Enum
    {
        var text = section[key];
        if (string.IsNullOrEmpty(text))
        {
            return default;
        }

        if (Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        faults.Add($"{section.Path}:{key} is '{text}': {string.Join(" or ", Enum.GetNames<T>()).ToLowerInvariant()} is allowed.");
        return default;
    }
}
