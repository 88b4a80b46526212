using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Jinbang.Server.Reference;

/// <summary>The reference: as a document for programs, as pages for people. Nothing of it comes from elsewhere.</summary>
internal static class ReferenceEndpoints
{
    public const string DocumentPath = "/docs/openapi.json";

    public static IEndpointRouteBuilder MapReference(this IEndpointRouteBuilder routes)
    {
        // Made once, when first asked for: by then all routes are there.
        var document = new Lazy<Task<Page>>(async () => new Page(await ReferenceDocument.WriteAsync(routes.ServiceProvider), "application/json; charset=utf-8"));
        routes.MapMethods(DocumentPath, ["GET", "HEAD"], async context => await WriteAsync(context, await document.Value));
        var problems = new Page(ReferenceText.ProblemsPage(), "text/html; charset=utf-8");
        routes.MapMethods("/docs/problems", ["GET", "HEAD"], context => WriteAsync(context, problems));
        routes.MapScalarApiReference("/docs", static options =>
        {
            options.Title = ReferenceText.Title;
            options.OpenApiRoutePattern = DocumentPath;
            options.DefaultFonts = false;
            options.HideClientButton = true;

            // Nothing that leads to, or tells, a service of someone else.
            options.HideDeveloperTools().DisableAgent().DisableMcp().DisableTelemetry();
        });
        return routes;
    }

    private static Task WriteAsync(HttpContext context, Page page)
    {
        var response = context.Response;
        response.Headers.ETag = page.Tag;
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == page.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = page.ContentType;
        response.ContentLength = page.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(page.Bytes).AsTask();
    }

    private sealed record Page(byte[] Bytes, string ContentType)
    {
        public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 12))}\"";
    }
}
