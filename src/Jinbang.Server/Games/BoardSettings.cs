using System.Globalization;
using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Server.Operating;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Games;

/// <summary>Reads the boards that settings declare. Section <c>Games:{id}:Boards:{name}</c>, with the keys of the v1 API in PascalCase.</summary>
internal static class BoardSettings
{
    private static readonly string[] BoardKeys =
    [
        nameof(BoardBody.Title), nameof(BoardBody.Order), nameof(BoardBody.Decimals), nameof(BoardBody.Lowest), nameof(BoardBody.Highest), nameof(BoardBody.TieBreakers),
        nameof(BoardBody.Keep), nameof(BoardBody.Ties), nameof(BoardBody.Writers), nameof(BoardBody.Ledger), nameof(BoardBody.MetadataBytes), nameof(BoardBody.Windows),
    ];

    private static readonly string[] TieBreakerKeys =
    [
        nameof(TieBreakerBody.Name), nameof(TieBreakerBody.Order), nameof(TieBreakerBody.Decimals), nameof(TieBreakerBody.Lowest), nameof(TieBreakerBody.Highest),
    ];

    private static readonly string[] WindowKeys =
    [
        nameof(WindowBody.Kind), nameof(WindowBody.Zone), nameof(WindowBody.StartHour), nameof(WindowBody.WeekStart), nameof(WindowBody.GraceSeconds), nameof(WindowBody.StartsAt),
        nameof(WindowBody.EndsAt),
    ];

    public static BoardDefinition Read(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, BoardKeys, faults);
        var tieBreakers = section.GetSection(nameof(BoardBody.TieBreakers)).GetChildren().ToList();
        var windows = WindowsOf(section.GetSection(nameof(BoardBody.Windows)));
        var body = new BoardBody
        {
            Title = section[nameof(BoardBody.Title)],
            Order = Word(section, nameof(BoardBody.Order)),
            Decimals = Number(section, nameof(BoardBody.Decimals), faults),
            Lowest = section[nameof(BoardBody.Lowest)],
            Highest = section[nameof(BoardBody.Highest)],
            TieBreakers = [.. tieBreakers.Select(tieBreaker => ReadTieBreaker(tieBreaker, faults))],
            Keep = Word(section, nameof(BoardBody.Keep)),
            Ties = Word(section, nameof(BoardBody.Ties)),
            Writers = Word(section, nameof(BoardBody.Writers)),
            Ledger = Truth(section, nameof(BoardBody.Ledger), faults),
            MetadataBytes = Number(section, nameof(BoardBody.MetadataBytes), faults),
            Windows = windows.Count == 0 ? null : [.. windows.Select(window => ReadWindow(window, faults))],
        };

        // Environment variables come in any case; names are lower case.
        var board = BoardReading.Read(section.Key.ToLowerInvariant(), body, out var wrong);
        faults.AddRange(wrong.Select(fault => Describe(section, fault, tieBreakers, windows)));
        return board;
    }

    /// <summary>
    /// The windows in their order. Settings have none of their own, so those for all time come first and the others by name: the first window is what a
    /// submission is answered with.
    /// </summary>
    private static List<IConfigurationSection> WindowsOf(IConfigurationSection section) =>
    [
        .. section.GetChildren().OrderBy(static window => Word(window, nameof(WindowBody.Kind)) == "all_time" ? 0 : 1).ThenBy(static window => window.Key, StringComparer.OrdinalIgnoreCase),
    ];

    private static TieBreakerBody ReadTieBreaker(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, TieBreakerKeys, faults);
        return new TieBreakerBody
        {
            Name = Word(section, nameof(TieBreakerBody.Name)),
            Order = Word(section, nameof(TieBreakerBody.Order)),
            Decimals = Number(section, nameof(TieBreakerBody.Decimals), faults),
            Lowest = section[nameof(TieBreakerBody.Lowest)],
            Highest = section[nameof(TieBreakerBody.Highest)],
        };
    }

    private static WindowBody ReadWindow(IConfigurationSection section, List<string> faults)
    {
        Settings.CheckKeys(section, WindowKeys, faults);
        return new WindowBody
        {
            Name = section.Key.ToLowerInvariant(),
            Kind = Word(section, nameof(WindowBody.Kind)),
            Zone = section[nameof(WindowBody.Zone)] is { Length: > 0 } zone ? zone : null,
            StartHour = Number(section, nameof(WindowBody.StartHour), faults),
            WeekStart = Word(section, nameof(WindowBody.WeekStart)),
            GraceSeconds = Number(section, nameof(WindowBody.GraceSeconds), faults),
            StartsAt = section[nameof(WindowBody.StartsAt)],
            EndsAt = section[nameof(WindowBody.EndsAt)],
        };
    }

    private static string? Word(IConfigurationSection section, string key) => section[key]?.ToLowerInvariant();

    private static int? Number(IConfigurationSection section, string key, List<string> faults) =>
        string.IsNullOrEmpty(section[key]) ? null : (int)Settings.Number(section, key, 0, int.MinValue, int.MaxValue, faults);

    private static bool? Truth(IConfigurationSection section, string key, List<string> faults)
    {
        if (string.IsNullOrEmpty(section[key]))
        {
            return null;
        }

        if (bool.TryParse(section[key], out var truth))
        {
            return truth;
        }

        faults.Add($"{section.Path}:{key} is '{section[key]}': true or false is allowed.");
        return null;
    }

    /// <summary>Says a fault with the path of the setting: the field's words in PascalCase, and what is counted in JSON by its key.</summary>
    private static string Describe(IConfigurationSection section, FieldError fault, List<IConfigurationSection> tieBreakers, List<IConfigurationSection> windows)
    {
        var path = new StringBuilder(section.Path);
        foreach (var part in fault.Field.Split('.'))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            path.Append(':').Append(Pascal(bracket < 0 ? part : part[..bracket]));
            if (bracket >= 0)
            {
                var counted = part.StartsWith("windows", StringComparison.Ordinal) ? windows : tieBreakers;
                path.Append(':').Append(counted[int.Parse(part.AsSpan(bracket + 1, part.Length - bracket - 2), CultureInfo.InvariantCulture)].Key);
            }
        }

        return $"{path}: {fault.Message}";
    }

    private static string Pascal(string field) => string.Concat(field.Split('_').Where(static word => word.Length > 0).Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
}
