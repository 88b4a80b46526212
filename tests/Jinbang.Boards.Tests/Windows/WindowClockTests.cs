using Jinbang.Boards.Windows;

namespace Jinbang.Boards.Tests.Windows;

public sealed class WindowClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly TwoClocks clocks = new();
    private readonly WindowClock clock;

    public WindowClockTests() => clock = new WindowClock(clocks, Minute, 10 * Minute);

    [Fact]
    public void Clocks_that_agree_give_the_wall_clock()
    {
        for (var i = 0; i < 100; i++)
        {
            clocks.Pass(i * Second);
            Assert.Equal(Believed(clocks.Wall), clock.Read());
        }

        clocks.Pass(TimeSpan.FromDays(30));
        Assert.Equal(Believed(clocks.Wall), clock.Read());
    }

    [Fact]
    public void A_slow_drift_is_followed_however_far_it_goes()
    {
        var began = clocks.Wall;
        for (var i = 0; i < 2_000; i++)
        {
            clocks.Pass(Minute);
            clocks.Jump(10 * Second);
            Assert.Equal(Believed(clocks.Wall), clock.Read());
        }

        Assert.True(clocks.Wall - began > (2_000 * Minute) + (5 * Hour));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_jump_is_held_off_and_time_goes_on_without_it(int hours)
    {
        var began = clocks.Wall;
        clocks.Pass(Second);
        clocks.Jump(hours * Hour);
        Assert.Equal(new WindowTime(began + Second, true, hours * Hour), clock.Read());
        clocks.Pass(5 * Minute);
        Assert.Equal(new WindowTime(began + Second + (5 * Minute), true, hours * Hour), clock.Read());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_jump_that_is_undone_leaves_nothing_behind(int hours)
    {
        clocks.Jump(hours * Hour);
        Assert.True(clock.Read().IsHeld);
        clocks.Pass(9 * Minute);
        Assert.True(clock.Read().IsHeld);
        clocks.Jump(-hours * Hour);
        Assert.Equal(Believed(clocks.Wall), clock.Read());

        // The patience begins anew with the next jump.
        clocks.Pass(2 * Minute);
        clocks.Jump(hours * Hour);
        Assert.True(clock.Read().IsHeld);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_jump_that_lasts_for_the_patience_is_believed(int hours)
    {
        clocks.Jump(hours * Hour);
        Assert.True(clock.Read().IsHeld);
        clocks.Pass((10 * Minute) - Second);
        Assert.True(clock.Read().IsHeld);
        clocks.Pass(Second);
        Assert.Equal(Believed(clocks.Wall), clock.Read());
        clocks.Pass(Second);
        Assert.Equal(Believed(clocks.Wall), clock.Read());
    }

    [Fact]
    public void A_machine_that_slept_is_believed_after_the_patience_and_not_before()
    {
        clocks.Pass(Minute);
        var before = clock.Read();
        clocks.Jump(8 * Hour);
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(new WindowTime(before.Now + (i * 10 * Second), true, 8 * Hour), clock.Read());
            clocks.Pass(10 * Second);
        }

        Assert.Equal(Believed(clocks.Wall), clock.Read());
    }

    [Fact]
    public void A_clock_that_flaps_is_never_believed_while_it_is_away()
    {
        var began = clocks.Wall;
        var passed = TimeSpan.Zero;
        for (var i = 0; i < 100; i++)
        {
            // Away by an hour, away by two, and right every tenth time.
            var away = i % 10 == 9 ? TimeSpan.Zero : (1 + (i % 2)) * Hour;
            clocks.Jump(away);
            Assert.Equal(new WindowTime(began + passed, away != TimeSpan.Zero, away), clock.Read());
            clocks.Jump(-away);
            clocks.Pass(3 * Minute);
            passed += 3 * Minute;
        }
    }

    [Fact]
    public void A_jump_during_a_hold_begins_the_patience_anew()
    {
        var began = clocks.Wall;
        clocks.Jump(Hour);
        clock.Read();
        clocks.Pass(9 * Minute);
        clocks.Jump(Hour);
        Assert.Equal(new WindowTime(began + (9 * Minute), true, 2 * Hour), clock.Read());
        clocks.Pass(9 * Minute);
        Assert.Equal(new WindowTime(began + (18 * Minute), true, 2 * Hour), clock.Read());
        clocks.Pass(Minute);
        Assert.Equal(Believed(clocks.Wall), clock.Read());
    }

    [Fact]
    public void A_jumped_clock_that_runs_at_another_speed_is_not_believed()
    {
        clocks.Jump(Hour);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(clock.Read().IsHeld);
            clocks.Pass(Minute);
            clocks.Jump(10 * Second);
        }
    }

    [Fact]
    public void Small_steps_back_make_time_stand_still()
    {
        clocks.Pass(Minute);
        var before = clock.Read();
        clocks.Jump(-30 * Second);
        Assert.Equal(before, clock.Read());
        clocks.Pass(10 * Second);
        Assert.Equal(before, clock.Read());
        clocks.Pass(25 * Second);
        Assert.Equal(Believed(before.Now + (5 * Second)), clock.Read());
    }

    [Fact]
    public void The_tolerance_itself_is_still_believed()
    {
        clocks.Jump(Minute);
        Assert.Equal(Believed(clocks.Wall), clock.Read());
        clocks.Jump(Minute + TimeSpan.FromTicks(1));
        Assert.Equal(Minute + TimeSpan.FromTicks(1), clock.Read().Jump);
    }

    [Fact]
    public void Time_goes_back_only_when_a_jump_backwards_is_believed()
    {
        var random = new Random(Seeds.New());
        for (var round = 0; round < 200; round++)
        {
            var (two, last) = (new TwoClocks(), DateTimeOffset.MinValue);
            var read = new WindowClock(two, Minute, 10 * Minute);
            var wasHeld = false;
            for (var step = 0; step < 300; step++)
            {
                two.Pass(random.Next(0, 120) * Second);
                if (random.Next(6) == 0)
                {
                    two.Jump(random.Next(-4_000, 4_000) * (random.Next(3) == 0 ? Second : Second / 50));
                }

                var now = read.Read();
                Assert.True(now.Now >= last || (wasHeld && !now.IsHeld), $"round {round} step {step}: {now} after {last:O}");
                Assert.Equal(now.IsHeld, now.Jump.Duration() > Minute);
                Assert.Equal(now.IsHeld, now.Jump != TimeSpan.Zero);
                (last, wasHeld) = (now.Now, now.IsHeld);
            }
        }
    }

    private static WindowTime Believed(DateTimeOffset wall) => new(wall, false, TimeSpan.Zero);
}
