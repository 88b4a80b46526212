using NodaTime;

namespace Jinbang.Boards.Windows;

/// <summary>
/// A zone of the time zone database, looked up once. Two are equal when their ids are. Times are ticks of 100 ns since the year 1, by UTC or by the zone's own clocks.
/// </summary>
internal sealed class WindowZone(string? id) : IEquatable<WindowZone>
{
    public static readonly WindowZone Utc = new("UTC");

    private readonly DateTimeZone? zone = Find(id);

    /// <summary>The id as it was given; only JSON can make it null.</summary>
    public string? Id => id;

    /// <summary>Whether the database has such a zone.</summary>
    public bool IsKnown => zone is not null;

    private DateTimeZone Zone => zone ?? throw new InvalidOperationException("The window's rule names a zone that is not in the time zone database.");

    /// <summary>What the zone's clocks show at an instant.</summary>
    public long LocalAt(long utc) => utc + Zone.GetUtcOffset(InstantAt(utc)).Ticks;

    /// <summary>
    /// The first instant at which the zone's clocks show this time or a later one: of a time that comes twice the earlier, of one that is skipped the end of the gap.
    /// Never earlier for a later time.
    /// </summary>
    public long FirstMoment(long local)
    {
        // No zone is a day away from UTC, so all that lies before this interval shows earlier times.
        var interval = Zone.GetZoneInterval(InstantAt(local - TimeSpan.TicksPerDay));
        while (interval.HasEnd && TicksOf(interval.End) + interval.WallOffset.Ticks <= local)
        {
            interval = Zone.GetZoneInterval(interval.End);
        }

        var moment = local - interval.WallOffset.Ticks;
        return interval.HasStart ? Math.Max(moment, TicksOf(interval.Start)) : moment;
    }

    public bool Equals(WindowZone? other) => other is not null && Id == other.Id;

    public override bool Equals(object? obj) => Equals(obj as WindowZone);

    public override int GetHashCode() => Id?.GetHashCode(StringComparison.Ordinal) ?? 0;

    // NodaTime makes zones of its own for ids like UTC+05:30, which the database does not have.
    private static DateTimeZone? Find(string? id) =>
        id is null || (id.StartsWith("UTC", StringComparison.Ordinal) && id.Length > 3) ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);

    private static Instant InstantAt(long utc) => Instant.FromUnixTimeTicks(utc - DateTime.UnixEpoch.Ticks);

    private static long TicksOf(Instant instant) => instant.ToUnixTimeTicks() + DateTime.UnixEpoch.Ticks;
}
