namespace Jinbang.Bench.Scale.Cases;

/// <summary>The operations of a window, as the report calls them.</summary>
internal static class OperationNames
{
    public const string Rank = "rank";
    public const string OwnScore = "own score";
    public const string Put = "put";
    public const string PutRise = "put, small rise";
    public const string EntryAt = "entry at a rank";
    public const string Range = "range of 100";
    public const string Top = "top 100";
    public const string Around = "around, 21";
    public const string CountBetter = "count better";
    public const string Competition = "rank, 1-2-2-4";
    public const string Dense = "rank, 1-2-2-3";
    public const string LaterFirst = "rank, later first";
    public const string Percentile = "percentile";
    public const string Find = "id alone";
    public const string RankById = "id and rank";
    public const string PutById = "id and put";

    /// <summary>Changes and questions about one player.</summary>
    public static readonly string[] OfOnePlayer = [Rank, OwnScore, Put, PutRise, Find, RankById, PutById];

    /// <summary>Lists.</summary>
    public static readonly string[] Lists = [EntryAt, Top, Range, Around];

    /// <summary>Other readings and counts.</summary>
    public static readonly string[] Readings = [CountBetter, Percentile, Competition, Dense, LaterFirst];
}
