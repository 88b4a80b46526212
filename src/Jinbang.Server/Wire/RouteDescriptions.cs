using Jinbang.Server.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Jinbang.Server.Wire;

/// <summary>What routes say about themselves, for the reference.</summary>
internal static class RouteDescriptions
{
    /// <summary>Names the route and tells what it does.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder route, string name, string tag, string summary, string description) =>
        route.WithName(name).WithTags(tag).WithSummary(summary).WithDescription(description);

    /// <summary>Says which parameters the route has beside those in its path.</summary>
    public static IEndpointConventionBuilder With(this IEndpointConventionBuilder route, params RouteParameter[] parameters) => route.WithMetadata([.. parameters]);

    /// <summary>Says what the body is.</summary>
    public static IEndpointConventionBuilder Takes<TBody>(this IEndpointConventionBuilder route, bool isOptional = false) =>
        route.WithMetadata(new RouteBody(typeof(TBody), isOptional));

    /// <summary>Says what an answer is.</summary>
    public static IEndpointConventionBuilder Answers<TBody>(this IEndpointConventionBuilder route, params int[] statuses) =>
        route.WithMetadata([.. statuses.Select(static status => new ProducesResponseTypeMetadata(status, typeof(TBody), ["application/json"]))]);

    /// <summary>Says that an answer has no body.</summary>
    public static IEndpointConventionBuilder AnswersNothing(this IEndpointConventionBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));

    /// <summary>Says which problems an answer may be, beside those that any route may answer.</summary>
    public static IEndpointConventionBuilder Fails(this IEndpointConventionBuilder route, params ProblemCode[] codes) => route.WithMetadata(new RouteProblems(codes));
}

/// <summary>What a route's body is. Not the framework's own word for it: routing would answer other content types by itself, and not with a problem.</summary>
internal sealed record RouteBody(Type Type, bool IsOptional);

/// <summary>The problems that a route may answer with, beside those that any route may.</summary>
internal sealed record RouteProblems(IReadOnlyList<ProblemCode> Codes);

/// <summary>A parameter of a query or a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means and what is allowed.</param>
internal abstract record RouteParameter(string Name, string Description);

/// <summary>A text in the query.</summary>
internal sealed record QueryText(string Name, string Description) : RouteParameter(Name, Description);

/// <summary>A whole number in the query.</summary>
internal sealed record QueryNumber(string Name, string Description, long Least, long Most, long? Standard = null) : RouteParameter(Name, Description);

/// <summary>A text in a header.</summary>
internal sealed record HeaderText(string Name, string Description) : RouteParameter(Name, Description);
