using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Jinbang.Server.Tests;

/// <summary>A log that keeps everything it is given: messages, the values in them, scopes, exceptions.</summary>
[ProviderAlias("Captured")]
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<CapturedLine> lines = new();

    public IReadOnlyCollection<CapturedLine> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private static string Show(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values
        ? $"{state} {string.Join(' ', values.Select(static value => $"{value.Key}={value.Value}"))}"
        : $"{state}";

    private sealed class Category(CapturedLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            log.lines.Enqueue(new CapturedLine(name, LogLevel.None, Show(state)));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.lines.Enqueue(new CapturedLine(name, logLevel, $"{formatter(state, exception)} {Show(state)} {exception}"));
    }
}

/// <summary>What was logged once.</summary>
/// <param name="Category">Who spoke.</param>
/// <param name="Level">How loud; None for a scope.</param>
/// <param name="Text">All that was said, values and exception included.</param>
internal sealed record CapturedLine(string Category, LogLevel Level, string Text);
