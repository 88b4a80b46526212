using System.Runtime.CompilerServices;
using System.Text;
using Jinbang.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Jinbang.Server.Tests.Access;

/// <summary>A route of the v1 API and who may call it.</summary>
internal sealed record PermissionRow(string Method, string Path, Who Allowed)
{
    /// <summary>Whether the route asks for a ticket in the query, which everyone who has one may use: what a browser's stream can send.</summary>
    public bool AsksForTicket => Path == "/v1/live";

    /// <summary>All routes, in the table's order; the one that takes every method is what answers where there is none.</summary>
    public static IReadOnlyList<PermissionRow> Of(IEnumerable<Endpoint> endpoints) =>
    [
        .. endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("v1", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null)
            .SelectMany(static endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                new PermissionRow(method, $"/{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint.Metadata.GetMetadata<AccessRule>()!.Allowed)))
            .OrderBy(static row => row.Path, StringComparer.Ordinal).ThenBy(static row => row.Method, StringComparer.Ordinal),
    ];

    /// <summary>Whether one who calls himself "me" where the path names a player is let in.</summary>
    public bool Lets(Who caller) => Allowed.HasFlag(Who.Anyone) || caller switch
    {
        Who.Operator => (Allowed & (Who.Operator | Who.Server)) != 0,
        Who.Player => (Allowed & (Who.Player | Who.OwnPlayer)) != 0,
        _ => caller != Who.Nobody && Allowed.HasFlag(caller),
    };
}

/// <summary>The table of permissions in docs/security.md.</summary>
internal static class PermissionTable
{
    private const string Begin = "<!-- permissions: written by PermissionTableTests with JINBANG_WRITE_DOCS=1 -->\n";
    private const string End = "<!-- end of permissions -->";

    public static string File { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "security.md"));

    /// <summary>What the file says.</summary>
    public static string Committed(string text) => text[(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..text.IndexOf(End, StringComparison.Ordinal)];

    /// <summary>The file's text with another table.</summary>
    public static string Replace(string text, string table)
    {
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return text[..start] + table + text[text.IndexOf(End, StringComparison.Ordinal)..];
    }

    public static string Write(IEnumerable<PermissionRow> rows)
    {
        var table = new StringBuilder("| route | client key | player token | server key | operator | nobody |\n|---|---|---|---|---|---|\n");
        foreach (var row in rows.Where(static row => row.Method != "HEAD"))
        {
            if (row.AsksForTicket)
            {
                table.Append($"| `{row.Method} {row.Path}` | with a ticket | with a ticket | with a ticket | with a ticket | with a ticket |\n");
                continue;
            }

            var player = !row.Allowed.HasFlag(Who.Player) && row.Allowed.HasFlag(Who.OwnPlayer) && !row.Allowed.HasFlag(Who.Anyone) ? "himself" : Mark(row.Lets(Who.Player));
            table.Append($"| `{row.Method} {row.Path}` | {Mark(row.Lets(Who.Client))} | {player} | {Mark(row.Lets(Who.Server))} | {Mark(row.Lets(Who.Operator))} | {Mark(row.Lets(Who.Nobody))} |\n");
        }

        return table.ToString();
    }

    private static string Mark(bool isAllowed) => isAllowed ? "yes" : "–";

    private static string Here([CallerFilePath] string file = "") => file;
}
