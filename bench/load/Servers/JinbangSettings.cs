namespace Jinbang.Bench.Load.Servers;

/// <summary>The settings under which Jinbang is measured, where they differ from its defaults.</summary>
internal static class JinbangSettings
{
    /// <summary>Environment variables of the measured server: all load comes from one address, which no rate limit may hold back.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["JINBANG_LIMITS__REQUESTSPERSECOND"] = "0",
    };

    /// <summary>The same, but that the log is not folded: its tail grows for as long as the server runs.</summary>
    public static IReadOnlyDictionary<string, string> WithoutFolding { get; } = new Dictionary<string, string>(Environment)
    {
        ["JINBANG_STORAGE__FOLDROWS"] = "10000000",
        ["JINBANG_STORAGE__FOLDSECONDS"] = "3600",
    };

    /// <summary>No settings, for the bare server.</summary>
    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();
}
