using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Jinbang.Server.Reference;

/// <summary>
/// Tells the reference which routes the v1 API has. The framework finds out by a handler's signature; ours take a request and nothing else, and say beside it what they read.
/// </summary>
internal sealed class RouteExplorer(EndpointDataSource routes) : IApiDescriptionProvider
{
    private const string Json = "application/json";

    /// <summary>What every route may answer.</summary>
    private static readonly ProblemCode[] OfEveryRoute = [ProblemCode.RateLimited, ProblemCode.Internal, ProblemCode.Unavailable];

    /// <summary>What every route may answer that asks for a credential.</summary>
    private static readonly ProblemCode[] OfEveryCaller = [ProblemCode.Unauthenticated, ProblemCode.Forbidden];

    private static readonly EmptyModelMetadataProvider Types = new();

    public int Order => 0;

    /// <summary>The problems that a route may answer with, in the order of their codes.</summary>
    public static IEnumerable<ProblemCode> ProblemsOf(IEnumerable<object> metadata)
    {
        var all = metadata.ToList();
        return OfEveryRoute
            .Concat(WhoOf(all).HasFlag(Who.Anyone) ? [] : OfEveryCaller)
            .Concat(all.OfType<RouteProblems>().SelectMany(static problems => problems.Codes))
            .Distinct().Order();
    }

    /// <summary>Who may call a route.</summary>
    public static Who WhoOf(IEnumerable<object> metadata) => metadata.OfType<AccessRule>().LastOrDefault()?.Allowed ?? Who.Nobody;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        var described = routes.Endpoints.OfType<RouteEndpoint>()
            .Where(static route => route.RoutePattern.RawText?.StartsWith("/v1/", StringComparison.Ordinal) == true && route.Metadata.GetMetadata<IEndpointNameMetadata>() is not null)
            .SelectMany(static route => (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(static method => !HttpMethods.IsHead(method)), static (route, method) => Of(route, method))
            .OrderBy(static description => description.RelativePath, StringComparer.Ordinal).ThenBy(static description => description.HttpMethod, StringComparer.Ordinal);
        foreach (var description in described)
        {
            context.Results.Add(description);
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private static ApiDescription Of(RouteEndpoint route, string method)
    {
        var description = new ApiDescription
        {
            HttpMethod = method,
            RelativePath = route.RoutePattern.RawText!.TrimStart('/'),
            ActionDescriptor = new ActionDescriptor { DisplayName = route.DisplayName, EndpointMetadata = [.. route.Metadata] },
        };
        foreach (var parameter in route.RoutePattern.Parameters)
        {
            Add(description, parameter.Name, BindingSource.Path, typeof(string), isRequired: true);
        }

        foreach (var parameter in route.Metadata.OfType<RouteParameter>().OrderBy(static parameter => parameter is HeaderText))
        {
            Add(description, parameter.Name, parameter is HeaderText ? BindingSource.Header : BindingSource.Query, parameter is QueryNumber ? typeof(long) : typeof(string), isRequired: false);
        }

        if (route.Metadata.GetMetadata<RouteBody>() is { } body)
        {
            Add(description, "body", BindingSource.Body, body.Type, !body.IsOptional);
            description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = Json });
        }

        foreach (var answer in route.Metadata.OfType<IProducesResponseTypeMetadata>().OrderBy(static answer => answer.StatusCode))
        {
            Add(description, answer.StatusCode, answer.Type, Json);
        }

        foreach (var status in ProblemsOf(route.Metadata).Select(ProblemReplies.StatusOf).Distinct().Order())
        {
            Add(description, status, typeof(Problem), ProblemReplies.ContentType);
        }

        return description;
    }

    private static void Add(ApiDescription description, string name, BindingSource source, Type type, bool isRequired) =>
        description.ParameterDescriptions.Add(new ApiParameterDescription { Name = name, Source = source, Type = type, IsRequired = isRequired, ModelMetadata = Types.GetMetadataForType(type) });

    private static void Add(ApiDescription description, int status, Type? type, string mediaType)
    {
        var answer = new ApiResponseType { StatusCode = status, Type = type ?? typeof(void) };
        if (answer.Type != typeof(void))
        {
            answer.ApiResponseFormats.Add(new ApiResponseFormat { MediaType = mediaType });
        }

        description.SupportedResponseTypes.Add(answer);
    }
}
