using Jinbang.Server.Problems;

namespace Jinbang.Server.Reference;

/// <summary>A parameter of a query or a header, as the reference shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means and what is allowed.</param>
internal abstract record ParameterReference(string Name, string Description);

/// <summary>A text in the query.</summary>
internal sealed record QueryText(string Name, string Description) : ParameterReference(Name, Description);

/// <summary>A whole number in the query.</summary>
internal sealed record QueryNumber(string Name, string Description, long Least, long Most, long? Standard = null) : ParameterReference(Name, Description);

/// <summary>A text in a header.</summary>
internal sealed record HeaderText(string Name, string Description) : ParameterReference(Name, Description);

/// <summary>The type of a route's body.</summary>
internal sealed record BodyReference(Type Type);

/// <summary>A good answer of a route.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The type of its body; null for none.</param>
/// <param name="Description">When it comes.</param>
internal sealed record AnswerReference(int Status, Type? Type, string Description);

/// <summary>The problems that a route may answer with, beside those that every route may.</summary>
internal sealed record ProblemReference(IReadOnlyList<ProblemCode> Codes);

/// <summary>Tells the reference what a route takes and answers. Handlers read requests themselves, so nothing of it can be seen in their signatures.</summary>
internal static class RouteReferences
{
    /// <summary>Names and explains a route.</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder route, string name, string tag, string summary, string description = "")
        where TBuilder : IEndpointConventionBuilder
    {
        route.WithName(name).WithTags(tag).WithSummary(summary);
        return description.Length == 0 ? route : route.WithDescription(description);
    }

    /// <summary>Says which parameters a route has beside those in its path.</summary>
    public static TBuilder With<TBuilder>(this TBuilder route, params ParameterReference[] parameters)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata([.. parameters]);

    /// <summary>Says which body a route takes.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder route, Type body)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new BodyReference(body));

    /// <summary>Says what a route answers.</summary>
    public static TBuilder Answers<TBuilder>(this TBuilder route, int status, Type? body, string description)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnswerReference(status, body, description));

    /// <summary>Says with which problems a route may answer.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder route, params ProblemCode[] codes)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ProblemReference(codes));
}
