using System.Net;
using Jinbang.Server.Limits;

namespace Jinbang.Server.Tests.Limits;

public sealed class AddressLimiterTests
{
    private static readonly IPAddress Someone = IPAddress.Parse("192.0.2.1");

    private readonly HandClock clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10_000)]
    [InlineData(20_000_000)]
    public void A_burst_is_let_through_and_no_more(int burst)
    {
        var limiter = new AddressLimiter(10, burst, clock);
        for (var i = 0; i < burst; i++)
        {
            if (!limiter.TryTake(Someone))
            {
                Assert.Fail($"Request {i + 1} of a burst of {burst} was refused.");
            }
        }

        Assert.False(limiter.TryTake(Someone));
        Assert.False(limiter.TryTake(Someone));
    }

    [Fact]
    public void Tokens_come_back_evenly_and_up_to_the_burst()
    {
        var limiter = new AddressLimiter(10, 5, clock);
        Assert.Equal(5, Takes(limiter, Someone));
        clock.Pass(TimeSpan.FromMilliseconds(99));
        Assert.False(limiter.TryTake(Someone));
        clock.Pass(TimeSpan.FromMilliseconds(2));
        Assert.Equal(1, Takes(limiter, Someone));
        clock.Pass(TimeSpan.FromMilliseconds(301));
        Assert.Equal(3, Takes(limiter, Someone));
        clock.Pass(TimeSpan.FromHours(1));
        Assert.Equal(5, Takes(limiter, Someone));
    }

    [Fact]
    public void Asking_in_vain_costs_nothing()
    {
        var limiter = new AddressLimiter(10, 1, clock);
        Assert.Equal(1, Takes(limiter, Someone));
        for (var i = 0; i < 101; i++)
        {
            clock.Pass(TimeSpan.FromMilliseconds(1));
            if (limiter.TryTake(Someone))
            {
                Assert.InRange(i, 98, 100);
                return;
            }
        }

        Assert.Fail("No token came back in a tenth of a second.");
    }

    [Fact]
    public void Addresses_do_not_share_a_bucket()
    {
        var limiter = new AddressLimiter(1, 3, clock);
        Assert.Equal(3, Takes(limiter, Someone));
        Assert.Equal(3, Takes(limiter, IPAddress.Parse("192.0.2.2")));
        Assert.Equal(3, Takes(limiter, IPAddress.Parse("2001:db8::1")));
        Assert.Equal(0, Takes(limiter, Someone));
    }

    [Fact]
    public void IPv4_is_one_address_however_it_is_written()
    {
        var limiter = new AddressLimiter(1, 3, clock);
        Assert.Equal(3, Takes(limiter, Someone));
        Assert.Equal(0, Takes(limiter, Someone.MapToIPv6()));
    }

    [Fact]
    public void IPv6_counts_by_network_of_64_bits()
    {
        var limiter = new AddressLimiter(1, 3, clock);
        Assert.Equal(3, Takes(limiter, IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Equal(0, Takes(limiter, IPAddress.Parse("2001:db8:0:1:ffff:ffff:ffff:ffff")));
        Assert.Equal(3, Takes(limiter, IPAddress.Parse("2001:db8:0:2::1")));
    }

    [Fact]
    public void Zero_a_second_is_no_limit()
    {
        var limiter = new AddressLimiter(0, 1, clock);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(limiter.TryTake(Someone)));
    }

    [Fact]
    public void A_connection_without_an_address_is_let_through() => Assert.All(Enumerable.Range(0, 10), _ => Assert.True(new AddressLimiter(1, 1, clock).TryTake(null)));

    [Fact]
    public void Any_number_of_addresses_needs_no_more_memory()
    {
        var limiter = new AddressLimiter(1, 1, clock);
        var address = new byte[8];
        limiter.TryTake(Someone);
        var addresses = Enumerable.Range(0, 300_000).Select(i =>
        {
            BitConverter.TryWriteBytes(address, (long)i);
            return new IPAddress([0x20, 1, .. address[..6], 0, 0, 0, 0, 0, 0, 0, 1]);
        }).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var one in addresses)
        {
            clock.Pass(TimeSpan.FromTicks(1));
            limiter.TryTake(one);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public async Task Many_threads_share_one_burst()
    {
        var limiter = new AddressLimiter(1, 1000, clock);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 1000).Count(_ => limiter.TryTake(Someone)))));
        Assert.Equal(1000, taken.Sum());
    }

    private static int Takes(AddressLimiter limiter, IPAddress address)
    {
        var taken = 0;
        while (limiter.TryTake(address))
        {
            taken++;
        }

        return taken;
    }
}
