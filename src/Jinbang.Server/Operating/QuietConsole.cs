using Microsoft.Extensions.Logging.Console;

namespace Jinbang.Server.Operating;

/// <summary>
/// Logs to the console, one line each. The framework's own categories speak from warnings on, whatever the configuration says: its request
/// log holds paths and query strings, and with them players' ids.
/// </summary>
internal static class QuietConsole
{
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
        logging.AddFilter(static (category, level) => !IsChatty(category) || level >= LogLevel.Warning);
        logging.Services.PostConfigure<LoggerFilterOptions>(static options =>
        {
            foreach (var rule in options.Rules.Where(static rule => IsChatty(rule.CategoryName) && (rule.LogLevel ?? LogLevel.Trace) < LogLevel.Warning).ToArray())
            {
                options.Rules.Remove(rule);
            }
        });
        return logging;
    }

    private static bool IsChatty(string? category) =>
        category is not null && Chatty.Any(chatty => category.StartsWith(chatty, StringComparison.OrdinalIgnoreCase));
}
