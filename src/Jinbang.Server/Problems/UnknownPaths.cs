using Jinbang.Server.Access;
using Microsoft.AspNetCore.Routing.Template;

namespace Jinbang.Server.Problems;

/// <summary>Answers paths of the v1 API that lead nowhere, and methods that a path does not have.</summary>
internal static class UnknownPaths
{
    public static IEndpointRouteBuilder MapUnknownPaths(this IEndpointRouteBuilder routes)
    {
        var known = new Lazy<IReadOnlyList<(TemplateMatcher Path, IReadOnlyList<string> Methods)>>(() => Known(routes));
        routes.MapFallback("/v1/{**path}", context => AnswerAsync(context, known.Value)).Allow(Who.Anyone);
        return routes;
    }

    private static Task AnswerAsync(HttpContext context, IReadOnlyList<(TemplateMatcher Path, IReadOnlyList<string> Methods)> known)
    {
        var methods = known.Where(route => route.Path.TryMatch(context.Request.Path, [])).SelectMany(static route => route.Methods).Distinct().Order(StringComparer.Ordinal).ToList();
        if (methods.Count == 0)
        {
            return context.WriteProblemAsync(ProblemCode.NotFound, "There is no such path.");
        }

        context.Response.Headers.Allow = string.Join(", ", methods.Append(HttpMethods.Options));
        return context.WriteProblemAsync(ProblemCode.MethodNotAllowed);
    }

    private static List<(TemplateMatcher Path, IReadOnlyList<string> Methods)> Known(IEndpointRouteBuilder routes)
    {
        var known = new List<(TemplateMatcher, IReadOnlyList<string>)>();
        foreach (var endpoint in routes.DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>())
        {
            if (endpoint.RoutePattern.RawText?.StartsWith("/v1/", StringComparison.Ordinal) == true && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { } methods)
            {
                known.Add((new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []), methods.HttpMethods));
            }
        }

        return known;
    }
}
