using System.Globalization;

namespace Jinbang.UnfencedServer;

/// <summary>A wall clock that a test sets from outside, by a file; timers and timestamps go on as ever.</summary>
internal sealed class SetClock(string? file) : TimeProvider
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private long looked;
    private long off;

    public override DateTimeOffset GetUtcNow()
    {
        if (file is not null && System.GetElapsedTime(Volatile.Read(ref looked)) > Look)
        {
            Volatile.Write(ref looked, System.GetTimestamp());
            try
            {
                if (File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var ticks))
                {
                    Volatile.Write(ref off, ticks);
                }
            }
            catch (IOException)
            {
                // Being written.
            }
        }

        return System.GetUtcNow().AddTicks(Volatile.Read(ref off));
    }
}
