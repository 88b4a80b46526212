using System.Text.Json.Serialization;
using Jinbang.Bench.Scale.Fairness;
using Jinbang.Bench.Scale.Measuring;

namespace Jinbang.Bench.Scale.Cases;

/// <summary>A part of a case's results: one line of JSON between the two processes.</summary>
[JsonDerivedType(typeof(DirectorySection), "directory")]
[JsonDerivedType(typeof(LoadSection), "load")]
[JsonDerivedType(typeof(ChurnSection), "churn")]
[JsonDerivedType(typeof(OperationsSection), "operations")]
[JsonDerivedType(typeof(FurtherSection), "further")]
[JsonDerivedType(typeof(ColumnsSection), "columns")]
[JsonDerivedType(typeof(FairnessSection), "fairness")]
internal abstract record Section;

/// <summary>The directory of players.</summary>
/// <param name="Adds">The adds, one by one.</param>
/// <param name="LiveBytes">Bytes per player, of live objects.</param>
/// <param name="ResidentBytes">Bytes per player, of resident memory as the load leaves it.</param>
internal sealed record DirectorySection(Pauses Adds, double LiveBytes, double ResidentBytes) : Section;

/// <summary>The bulk load of a window.</summary>
/// <param name="SortedMs">From entries in rank order.</param>
/// <param name="UnsortedMs">From entries in the players' order.</param>
/// <param name="LiveBytes">Bytes per entry right after the second.</param>
/// <param name="LeafFill">Used share of the leaves then.</param>
internal sealed record LoadSection(double SortedMs, double UnsortedMs, double LiveBytes, double LeafFill) : Section;

/// <summary>The window after many puts of random players, and directory and window together.</summary>
/// <param name="Puts">The puts, one by one.</param>
/// <param name="LiveBytes">Bytes per entry, of live objects.</param>
/// <param name="LeafFill">Used share of the leaves.</param>
/// <param name="TotalLiveBytes">Bytes per player of directory and window, of live objects.</param>
/// <param name="ResidentBytes">The process's resident memory, as the puts leave it.</param>
/// <param name="TidyResidentBytes">The same after an aggressive collection.</param>
/// <param name="PeakBytes">Its highest until then, from the start of the unsorted bulk load.</param>
internal sealed record ChurnSection(
    Pauses Puts, double LiveBytes, double LeafFill, double TotalLiveBytes, long ResidentBytes, long TidyResidentBytes, long PeakBytes) : Section;

/// <summary>CPU nanoseconds of single operations, by name.</summary>
internal sealed record OperationsSection(IReadOnlyDictionary<string, Figure> Ns) : Section;

/// <summary>Further windows of the same game.</summary>
/// <param name="SparseEntries">Entries of the window of one in a hundred players.</param>
/// <param name="SparseBytes">Its bytes per entry.</param>
/// <param name="SparseFill">Used share of its leaves.</param>
/// <param name="SmallBoardBytes">Bytes of a board of 100 players.</param>
internal sealed record FurtherSection(int SparseEntries, double SparseBytes, double SparseFill, double SmallBoardBytes) : Section;

/// <summary>A window of several columns.</summary>
/// <param name="Columns">How many.</param>
/// <param name="RankNs">CPU nanoseconds of a rank.</param>
/// <param name="PutNs">CPU nanoseconds of a put.</param>
/// <param name="LiveBytes">Bytes per entry after the same puts as the first window.</param>
internal sealed record ColumnsSection(int Columns, Figure RankNs, Figure PutNs, double LiveBytes) : Section;

/// <summary>Readers beside a writer.</summary>
internal sealed record FairnessSection(IReadOnlyList<FairnessRow> Rows) : Section;
