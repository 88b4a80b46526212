using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Jinbang.Server.Reference;

/// <summary>Makes the OpenAPI 3.1 document out of what the routes say about themselves. The same routes make the same bytes.</summary>
internal static class ReferenceDocument
{
    /// <summary>The name of the document within the program.</summary>
    public const string Name = "v1";

    private const string Scheme = "bearer";

    public static IServiceCollection AddReference(this IServiceCollection services, string version)
    {
        services.ConfigureHttpJsonOptions(static json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, RouteExplorer>());
        return services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = static description => description.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer((document, _, _) => Complete(document, version));
            options.AddOperationTransformer(static (operation, context, _) => Complete(operation, context));
            options.AddSchemaTransformer(static (schema, context, _) => Complete(schema, context.JsonTypeInfo.Type, context.JsonPropertyInfo?.CustomConverter));
        });
    }

    /// <summary>The document as JSON.</summary>
    public static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        var text = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return System.Text.Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n") + "\n");
    }

    private static Task Complete(OpenApiDocument document, string version)
    {
        document.Info = new OpenApiInfo { Title = ReferenceText.Title, Version = version, Description = $"{ReferenceText.Introduction}\n\n{Guide.Text}" };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A client key, a player's token, a server key or the operator's key." },
        };

        return Task.CompletedTask;
    }

    private static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var allowed = RouteExplorer.WhoOf(metadata);
        var who = ReferenceText.Of(allowed);
        if (!allowed.HasFlag(Who.Anyone))
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }

        operation.Description = string.IsNullOrEmpty(operation.Description) ? who : $"{operation.Description}\n\n{who}";
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var said = metadata.OfType<RouteParameter>().FirstOrDefault(other => other.Name == parameter.Name);
            parameter.Description = said?.Description ?? ReferenceText.OfPathWord(parameter.Name!);
            if (said is QueryNumber number && parameter.Schema is OpenApiSchema schema)
            {
                schema.Type = JsonSchemaType.Integer;
                schema.Minimum = number.Least.ToString(CultureInfo.InvariantCulture);
                schema.Maximum = number.Most.ToString(CultureInfo.InvariantCulture);
                schema.Default = number.Standard is { } standard ? JsonValue.Create(standard) : null;
            }
        }

        var problems = RouteExplorer.ProblemsOf(metadata).GroupBy(ProblemReplies.StatusOf).ToDictionary(static group => group.Key.ToString(CultureInfo.InvariantCulture));
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is OpenApiResponse answer && problems.TryGetValue(status, out var codes))
            {
                answer.Description = ReferenceText.Of(codes);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Says what those types are on the wire that write themselves.</summary>
    private static Task Complete(OpenApiSchema schema, Type type, JsonConverter? converter)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(DateTimeOffset))
        {
            (schema.Type, schema.Format) = (JsonSchemaType.String | (schema.Type & JsonSchemaType.Null ?? 0), "date-time");
        }
        else if (type == typeof(ScoreInput))
        {
            (schema.Type, schema.Pattern) = (JsonSchemaType.String | JsonSchemaType.Number, "^-?[0-9]+(\\.[0-9]+)?$");
        }
        else if (converter is VersionConverter)
        {
            (schema.Type, schema.Format, schema.Pattern) = (JsonSchemaType.String, null, "^[0-9]+$");
        }

        return Task.CompletedTask;
    }
}
