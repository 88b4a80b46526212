using Microsoft.Extensions.Logging.Console;

namespace Jinbang.Server.Operating;

/// <summary>
/// Logs to the console, one line each. The framework's own categories speak from warnings on, whatever the configuration says: its request
/// log holds paths and query strings, and with them players' ids. Its request diagnostics are off altogether: while anything listens to them they also
/// make an activity and a log scope for every request, which costs more than answering one.
/// </summary>
internal static class QuietConsole
{
    private const string RequestDiagnostics = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private static readonly string[] Chatty = ["Microsoft", "System"];

    public static ILoggingBuilder AddQuietConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.PostConfigure<LoggerFilterOptions>(static options =>
        {
            // Rules of single providers and of longer names would win over ours: those that would let more through go.
            foreach (var rule in options.Rules.Where(static rule => Loosens(rule)).ToArray())
            {
                options.Rules.Remove(rule);
            }

            foreach (var category in Chatty)
            {
                options.Rules.Add(new LoggerFilterRule(null, category, LogLevel.Warning, null));
            }

            options.Rules.Add(new LoggerFilterRule(null, RequestDiagnostics, LogLevel.None, null));
        });
        return logging;
    }

    private static bool Loosens(LoggerFilterRule rule) =>
        rule.CategoryName is { } category
        && Chatty.Any(chatty => category.StartsWith(chatty, StringComparison.OrdinalIgnoreCase))
        && ((rule.LogLevel ?? LogLevel.Trace) < LogLevel.Warning || category.StartsWith(RequestDiagnostics, StringComparison.OrdinalIgnoreCase));
}
