using Microsoft.Extensions.Logging.Console;

namespace Jinbang.Server.Operating;

/// <summary>
/// Logs to the console, one line each. The framework's own categories speak from warnings on, whatever the configuration says: its request
/// log holds paths and query strings, and with them players' ids. Its request diagnostics are off altogether: while anything listens to them they also
/// make an activity and a log scope for every request, which costs more than answering one. So is the host's own log of a start that fails: the command
/// line says it in one sentence.
/// </summary>
internal static class QuietConsole
{
    private static readonly string[] Silent = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.Extensions.Hosting.Internal.Host"];

    private static readonly string[] Chatty = ["Microsoft", "System", "Orleans", "Polly", "Jinbang.Cluster.Members.MemberService"];

    public static ILoggingBuilder AddQuietConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddConsole();

        // Named, because without a name the console ignores the options below; the configuration may name another.
        logging.Services.Configure<ConsoleLoggerOptions>(static console => console.FormatterName ??= ConsoleFormatterNames.Simple);
        logging.Services.Configure<SimpleConsoleFormatterOptions>(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.PostConfigure<LoggerFilterOptions>(static options =>
        {
            // Of several rules the most particular one decides alone, so each of them must hold back the chatty.
            LoggerFilterRule[] rules = [new(null, null, options.MinLevel, null), .. options.Rules];
            options.Rules.Clear();
            foreach (var rule in rules)
            {
                options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                    MayLog(category, level) && rule.Filter?.Invoke(provider, category, level) != false));
            }
        });
        return logging;
    }

    private static bool MayLog(string? category, LogLevel level) =>
        category is null
        || (!Silent.Any(silent => category.StartsWith(silent, StringComparison.OrdinalIgnoreCase))
            && (level >= LogLevel.Warning || !Chatty.Any(chatty => category.StartsWith(chatty, StringComparison.OrdinalIgnoreCase))));
}
