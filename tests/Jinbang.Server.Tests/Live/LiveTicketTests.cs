using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Windows;
using Jinbang.Server.Live;
using Jinbang.Server.Tests.Limits;

namespace Jinbang.Server.Tests.Live;

public sealed class LiveTicketTests
{
    private static readonly LiveView View = new(BoardId.Classic(GameId.Parse("reef")), new WindowName("all_time"), 10, default, 0);

    private readonly HandClock clock = new();

    [Fact]
    public void A_ticket_is_random_and_known_until_a_minute_has_passed()
    {
        var tickets = new LiveTickets(10, new TicketText(null!, isShared: false, clock), clock);
        var (one, other) = (tickets.Issue(View)!, tickets.Issue(View)!);
        Assert.Equal(43, one.Text.Length);
        Assert.NotEqual(one.Text, other.Text);
        Assert.Null(tickets.Begin("nonsense"));
        clock.Pass(LiveTickets.FirstUse - TimeSpan.FromSeconds(1));
        Assert.Same(one, tickets.Begin(one.Text));
        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Null(tickets.Begin(other.Text));
    }

    [Fact]
    public async Task A_ticket_of_another_server_of_the_same_store_is_understood_for_ten_minutes()
    {
        var shifted = new ShiftedClock();
        await using var server = await TestServer.StartAsync();
        var view = View with { Player = new Jinbang.Ranking.PlayerId(7), Around = 3, Window = new WindowName("daily", "2026-11-24") };
        var ticket = new LiveTickets(10, new TicketText(server.Boards, isShared: true, shifted), shifted).Issue(view)!;
        shifted.Pass(LiveTickets.Reuse - TimeSpan.FromSeconds(5));
        Assert.Equal(view, Elsewhere().Begin(ticket.Text)!.View);
        Assert.Null(Elsewhere().Begin(ticket.Text[..^1] + (ticket.Text[^1] == 'A' ? 'B' : 'A')));
        Assert.Null(Elsewhere().Begin("nonsense"));
        Assert.Null(new LiveTickets(10, new TicketText(server.Boards, isShared: false, shifted), shifted).Begin(ticket.Text));
        shifted.Pass(TimeSpan.FromSeconds(10));
        Assert.Null(Elsewhere().Begin(ticket.Text));

        LiveTickets Elsewhere() => new(10, new TicketText(server.Boards, isShared: true, shifted), shifted);
    }

    [Fact]
    public void A_ticket_that_was_used_is_good_until_ten_minutes_after_its_last_stream()
    {
        var tickets = new LiveTickets(10, new TicketText(null!, isShared: false, clock), clock);
        var ticket = tickets.Issue(View)!;
        tickets.Begin(ticket.Text);
        tickets.Begin(ticket.Text);
        clock.Pass(TimeSpan.FromHours(5));
        tickets.End(ticket);
        clock.Pass(TimeSpan.FromHours(5));
        Assert.NotNull(tickets.Begin(ticket.Text));
        tickets.End(ticket);
        tickets.End(ticket);
        clock.Pass(LiveTickets.Reuse - TimeSpan.FromSeconds(1));
        Assert.NotNull(tickets.Begin(ticket.Text));
        tickets.End(ticket);
        clock.Pass(LiveTickets.Reuse);
        Assert.Null(tickets.Begin(ticket.Text));
    }

    [Fact]
    public void When_there_are_too_many_the_oldest_unused_goes_then_the_longest_over_and_never_one_in_use()
    {
        var tickets = new LiveTickets(3, new TicketText(null!, isShared: false, clock), clock);
        var used = tickets.Issue(View)!;
        var over = tickets.Issue(View)!;
        var unused = tickets.Issue(View)!;
        tickets.Begin(used.Text);
        tickets.Begin(over.Text);
        tickets.End(over);
        var fourth = tickets.Issue(View)!;
        Assert.Null(tickets.Begin(unused.Text));
        Assert.NotNull(tickets.Begin(fourth.Text));
        var fifth = tickets.Issue(View)!;
        Assert.Null(tickets.Begin(over.Text));
        Assert.NotNull(tickets.Begin(fifth.Text));
        Assert.Null(tickets.Issue(View));
        Assert.NotNull(tickets.Begin(used.Text));
    }
}
