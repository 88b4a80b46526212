using Jinbang.Server.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Jinbang.Server.Wire;

/// <summary>What routes say about themselves, for the reference.</summary>
internal static class RouteDescriptions
{
    /// <summary>Names the route and tells what it does.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder route, string name, string tag, string summary, string description) =>
        route.WithName(name).WithTags(tag).WithSummary(summary).WithDescription(description);

    /// <summary>Says what the body is. Not in the framework's words: to those its routing listens, and answers for the route.</summary>
    public static IEndpointConventionBuilder Takes<TBody>(this IEndpointConventionBuilder route, bool isOptional = false) =>
        route.WithMetadata(new RouteBody(typeof(TBody), isOptional));

    /// <summary>Says what an answer is.</summary>
    public static IEndpointConventionBuilder Answers<TBody>(this IEndpointConventionBuilder route, params int[] statuses) =>
        route.WithMetadata([.. statuses.Select(static status => new ProducesResponseTypeMetadata(status, typeof(TBody), ["application/json"]))]);

    /// <summary>Says that an answer has no body.</summary>
    public static IEndpointConventionBuilder AnswersNothing(this IEndpointConventionBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));

    /// <summary>Says which problems an answer may be, beside those that any route may answer.</summary>
    public static IEndpointConventionBuilder Fails(this IEndpointConventionBuilder route, params ProblemCode[] codes) => route.WithMetadata(
        [.. codes.Select(ProblemReplies.StatusOf).Distinct().Select(static status => new ProducesResponseTypeMetadata(status, typeof(Problem), [ProblemReplies.ContentType]))]);
}

/// <summary>What a route takes as its body, as JSON.</summary>
/// <param name="Type">What it is read as.</param>
/// <param name="IsOptional">Whether there may be none.</param>
internal sealed record RouteBody(Type Type, bool IsOptional);
