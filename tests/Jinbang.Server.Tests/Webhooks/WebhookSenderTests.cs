using System.Globalization;
using System.Net;
using Jinbang.Server.Outgoing;
using Jinbang.Server.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jinbang.Server.Tests.Webhooks;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    // With a jitter of 0.5, every step is a tenth longer.
    private static readonly TimeSpan[] Waits = [.. new[] { 5, 30, 120, 600, 3600, 10_800, 21_600 }.Select(static seconds => TimeSpan.FromSeconds(seconds * 1.1))];
    private static readonly string Secret = WebhookSecret.Generate();

    private readonly ManualClock clock = new();
    private readonly MemoryOutbox outbox = new();
    private readonly CapturedLog log = new();
    private readonly List<WebhookSender> senders = [];
    private WebhookReceiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in senders)
        {
            await sender.StopAsync(new CancellationToken(canceled: true));
            sender.Dispose();
        }

        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Events_come_in_order_and_one_at_a_time_and_each_is_saved()
    {
        var (at, most) = (0, 0);
        receiver.Answer = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref at));
            await Task.Yield();
            Interlocked.Decrement(ref at);
        };
        outbox.Put(At(receiver, "w1"));
        outbox.Add(40);
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 40);
        Assert.Equal(Ids(1, 40), receiver.Ids);
        Assert.Equal(Enumerable.Range(1, 40).Select(static number => (long)number), outbox.Saved.Select(static saved => saved.Delivered));
        Assert.Equal(1, most);
        Assert.Equal(16, outbox.MostAsked);
    }

    [Fact]
    public async Task What_comes_later_is_sent_when_it_comes()
    {
        await StartAsync(TimeProvider.System);
        outbox.Put(At(receiver, "w1"));
        for (var i = 1; i <= 5; i++)
        {
            outbox.Add(1);
            await Eventually.HoldsAsync(() => outbox["w1"].Delivered == i);
        }

        Assert.Equal(Ids(1, 5), receiver.Ids);
    }

    [Fact]
    public async Task Only_the_games_own_events_of_the_wanted_types_are_sent()
    {
        outbox.Put(At(receiver, "w1") with { Types = ["window.closed"] });
        outbox.Add(20, "player.changed");
        outbox.Add(1);
        outbox.Add(1, game: "chess");
        outbox.Add(3, "player.changed");
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 25);
        Assert.Equal(["msg_21"], receiver.Ids);
    }

    [Fact]
    public async Task A_failed_event_is_tried_after_longer_and_longer_times_and_given_up_after_3_days()
    {
        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 500);
        outbox.Put(At(receiver, "w1"));
        outbox.Add(2);
        await StartAsync();
        var (failures, passed) = (1, TimeSpan.Zero);
        while (passed < WebhookBackoff.Patience)
        {
            var wait = Waits[Math.Min(failures, Waits.Length) - 1];
            await WaitsAsync(failures, wait);
            Assert.Equal((0, "The receiver answered 500."), (outbox["w1"].Delivered, outbox["w1"].Trouble));
            clock.Advance(wait - TimeSpan.FromMilliseconds(1));
            clock.Advance(TimeSpan.FromMilliseconds(1));
            passed += wait;
            failures++;
        }

        // The last of them gave the event up; the next one followed at once, and has its own 3 days.
        await WaitsAsync(failures + 1, Waits[0]);
        Assert.Equal([.. Enumerable.Repeat("msg_1", failures), "msg_2"], receiver.Ids);
        Assert.Equal((1, 1, "The receiver answered 500."), (outbox["w1"].Delivered, outbox["w1"].FailedEvents, outbox["w1"].Trouble));
        Assert.Contains("given up", Assert.Single(log.Lines, static line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_overtakes_an_event_that_failed_and_the_trouble_goes_when_it_is_delivered()
    {
        receiver.Answer = context => WebhookReceiver.AnswerAsync(context, receiver.Received.Count <= 2 ? 503 : 200);
        outbox.Put(At(receiver, "w1"));
        outbox.Add(2);
        await StartAsync();
        await WaitsAsync(1, Waits[0]);
        clock.Advance(Waits[0]);
        await WaitsAsync(2, Waits[1]);
        Assert.Equal("The receiver answered 503.", outbox["w1"].Trouble);
        clock.Advance(Waits[1]);
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 2);
        Assert.Equal(["msg_1", "msg_1", "msg_1", "msg_2"], receiver.Ids);
        Assert.Null(outbox["w1"].Trouble);
        Assert.Equal(0, outbox["w1"].FailedEvents);
    }

    [Theory]
    [InlineData("600", 600)]
    [InlineData("86400", 3600)]
    [InlineData("99999999", 3600)]
    [InlineData("1", 5.5)]
    public async Task A_receiver_may_ask_for_more_time_up_to_an_hour(string asked, double seconds)
    {
        receiver.Answer = context =>
        {
            context.Response.Headers.RetryAfter = asked;
            return WebhookReceiver.AnswerAsync(context, receiver.Received.Count == 1 ? 429 : 200);
        };
        outbox.Put(At(receiver, "w1"));
        outbox.Add(1);
        await StartAsync();
        await WaitsAsync(1, TimeSpan.FromSeconds(seconds));
        clock.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 1);
    }

    [Fact]
    public async Task Gone_disables_the_webhook_until_the_operator_enables_it()
    {
        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 410);
        outbox.Put(At(receiver, "w1"));
        outbox.Add(2);
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => outbox["w1"].IsDisabled);
        Assert.Contains("410", outbox["w1"].Trouble, StringComparison.Ordinal);
        outbox.Put(At(receiver, "other"));
        await Eventually.HoldsAsync(() => outbox["other"].IsDisabled);
        Assert.Equal(["msg_1", "msg_1"], receiver.Ids);
        Assert.Equal(0, outbox["w1"].Delivered);

        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 200);
        outbox.Put(outbox["w1"] with { IsDisabled = false });
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 2);
        Assert.Equal(["msg_1", "msg_1", "msg_1", "msg_2"], receiver.Ids);
    }

    [Fact]
    public async Task A_disabled_webhook_is_sent_nothing()
    {
        outbox.Put(At(receiver, "w1") with { IsDisabled = true });
        await using var other = await WebhookReceiver.StartAsync();
        outbox.Put(At(other, "w2"));
        outbox.Add(20);
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => outbox["w2"].Delivered == 20);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_holds_up_nobody()
    {
        receiver.Answer = WebhookReceiver.NeverAnswerAsync;
        await using var other = await WebhookReceiver.StartAsync();
        outbox.Put(At(receiver, "w1"));
        outbox.Put(At(other, "w2"));
        outbox.Add(50);
        await StartAsync();
        await Eventually.HoldsAsync(() => outbox["w2"].Delivered == 50 && receiver.Received.Count == 1);
        Assert.Equal(0, outbox["w1"].Delivered);
        clock.Advance(WebhookClient.TotalTime);
        await WaitsAsync(1, Waits[0]);
        Assert.Equal("No answer came within 10 s.", outbox["w1"].Trouble);
    }

    [Fact]
    public async Task Eight_are_sent_to_at_once_and_those_who_waited_come_next()
    {
        receiver.Answer = WebhookReceiver.NeverAnswerAsync;
        for (var i = 1; i <= 12; i++)
        {
            outbox.Put(At(receiver, string.Create(CultureInfo.InvariantCulture, $"w{i}")));
        }

        outbox.Add(1);
        await StartAsync();
        await Eventually.HoldsAsync(() => receiver.Received.Count == 8);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.Equal(8, receiver.Received.Count);
        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 200);
        clock.Advance(WebhookClient.TotalTime);
        await Eventually.HoldsAsync(() => outbox.Saved.Count(static saved => saved.Delivered == 1) == 4);
        await WaitsAsync(8, Waits[0]);
        clock.Advance(Waits[0]);
        await Eventually.HoldsAsync(() => outbox.Saved.Count(static saved => saved.Delivered == 1) == 12);
    }

    [Fact]
    public async Task After_a_stop_before_the_progress_is_saved_one_event_comes_again_with_the_same_id()
    {
        outbox.Put(At(receiver, "w1"));
        outbox.Add(3);
        outbox.Saves = static () => Task.FromResult(false);
        var first = await StartAsync();
        await Eventually.HoldsAsync(() => outbox.SaveCalls == 1);
        await first.StopAsync(CancellationToken.None);
        Assert.Equal(["msg_1"], receiver.Ids);

        outbox.Saves = static () => Task.FromResult(true);
        await StartAsync();
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 3);
        Assert.Equal(["msg_1", "msg_1", "msg_2", "msg_3"], receiver.Ids);
    }

    [Fact]
    public async Task After_a_stop_nothing_that_was_saved_comes_again()
    {
        outbox.Put(At(receiver, "w1"));
        outbox.Add(3);
        var first = await StartAsync();
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 3);
        await first.StopAsync(CancellationToken.None);
        outbox.Add(2);
        await StartAsync();
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 5);
        Assert.Equal(Ids(1, 5), receiver.Ids);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_more_is_sent_until_the_progress_is_saved(bool throws)
    {
        outbox.Put(At(receiver, "w1"));
        outbox.Add(3);
        outbox.Saves = throws ? static () => throw new IOException("The disk is full.") : static () => Task.FromResult(false);
        await StartAsync();
        for (var calls = 1; calls <= 3; calls++)
        {
            await Eventually.HoldsAsync(() => outbox.SaveCalls == calls && clock.Next == WebhookSender.OutboxTime);
            Assert.Equal(["msg_1"], receiver.Ids);
            if (calls == 3)
            {
                outbox.Saves = static () => Task.FromResult(true);
            }

            clock.Advance(WebhookSender.OutboxTime);
        }

        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 3);
        Assert.Equal(Ids(1, 3), receiver.Ids);
    }

    [Fact]
    public async Task An_outbox_that_cannot_be_read_is_asked_again_later()
    {
        outbox.Put(At(receiver, "w1"));
        outbox.Add(1);
        var reads = 0;
        outbox.BeforeRead = () =>
        {
            // The webhooks, then the webhooks and their events.
            if (Interlocked.Increment(ref reads) is 1 or 3)
            {
                throw new IOException("The disk does not answer.");
            }
        };
        await StartAsync();
        for (var faults = 1; faults <= 2; faults++)
        {
            await Eventually.HoldsAsync(() => log.Lines.Count(static line => line.Text.Contains("outbox failed", StringComparison.Ordinal)) == faults && clock.Next == WebhookSender.OutboxTime);
            clock.Advance(WebhookSender.OutboxTime);
        }

        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 1);
    }

    [Fact]
    public async Task Another_url_is_tried_at_once()
    {
        receiver.Answer = static context => WebhookReceiver.AnswerAsync(context, 500);
        await using var other = await WebhookReceiver.StartAsync();
        outbox.Put(At(receiver, "w1"));
        outbox.Add(2);
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => outbox["w1"].Trouble is not null);
        outbox.Put(outbox["w1"] with { Url = other.Url });
        await Eventually.HoldsAsync(() => outbox["w1"].Delivered == 2);
        Assert.Equal(Ids(1, 2), other.Ids);
    }

    [Fact]
    public async Task A_removed_webhook_is_sent_nothing_more()
    {
        var answer = new TaskCompletionSource();
        receiver.Answer = _ => answer.Task;
        await using var other = await WebhookReceiver.StartAsync();
        outbox.Put(At(receiver, "w1"));
        outbox.Put(At(other, "w2"));
        outbox.Add(10);
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => receiver.Received.Count == 1 && outbox["w2"].Delivered == 10);
        outbox.Remove("w1");
        outbox.Add(1);
        await Eventually.HoldsAsync(() => outbox["w2"].Delivered == 11);
        answer.SetResult();
        outbox.Add(1);
        await Eventually.HoldsAsync(() => outbox["w2"].Delivered == 12);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task A_stop_cancels_what_is_being_sent()
    {
        receiver.Answer = WebhookReceiver.NeverAnswerAsync;
        outbox.Put(At(receiver, "w1"));
        outbox.Add(1);
        var sender = await StartAsync();
        await Eventually.HoldsAsync(() => receiver.Received.Count == 1);
        await sender.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(4), TimeProvider.System);
        Assert.True(sender.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Empty(outbox.Saved);
    }

    [Fact]
    public async Task A_stop_waits_for_a_save_and_no_longer_than_5_seconds()
    {
        var saved = new TaskCompletionSource<bool>();
        outbox.Saves = () => saved.Task;
        outbox.Put(At(receiver, "w1"));
        outbox.Add(1);
        var sender = await StartAsync();
        await Eventually.HoldsAsync(() => outbox.SaveCalls == 1);
        var stopping = sender.StopAsync(CancellationToken.None);
        clock.Advance(WebhookSender.StopTime - TimeSpan.FromMilliseconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(stopping.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await stopping.WaitAsync(TimeSpan.FromSeconds(4), TimeProvider.System);
        saved.SetResult(true);
        await sender.ExecuteTask!;
        Assert.Equal(1, outbox["w1"].Delivered);
    }

    [Fact]
    public async Task A_webhook_that_cannot_be_used_fails_alone()
    {
        outbox.Put(At(receiver, "w1") with { Url = new Uri("hooks", UriKind.Relative) });
        outbox.Put(At(receiver, "w2") with { Secret = "hidden" });
        await using var other = await WebhookReceiver.StartAsync();
        outbox.Put(At(other, "w3"));
        outbox.Add(2);
        await StartAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => outbox["w3"].Delivered == 2 && outbox["w1"].Trouble is not null && outbox["w2"].Trouble is not null);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task The_log_names_scheme_and_host_and_nothing_secret()
    {
        receiver.Answer = context =>
        {
            context.Response.Headers.Location = "/hidden-location";
            return WebhookReceiver.AnswerAsync(context, receiver.Received.Count switch { 1 => 302, 2 => 200, _ => 410 });
        };
        outbox.Put(At(receiver, "w1"));
        outbox.Put(At(receiver, "w2") with { Url = new Uri("http://127.0.0.1:1/hooks/hidden-query") });
        outbox.Add(2);
        await StartAsync();
        await Eventually.HoldsAsync(() => log.Lines.Count(Failed) == 2 && clock.Next == Waits[0]);
        clock.Advance(Waits[0]);
        await Eventually.HoldsAsync(() => outbox["w1"].IsDisabled);
        Assert.Contains(log.Lines, static line => line.Text.Contains("http://127.0.0.1:", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, static line => line.Text.Contains("hidden", StringComparison.Ordinal) || line.Text.Contains("/hooks", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, static line => line.Text.Contains(Secret["whsec_".Length..], StringComparison.Ordinal));
        Assert.DoesNotContain(outbox.Saved, static saved => saved.Trouble?.Contains("hidden", StringComparison.Ordinal) == true);
    }

    private static Webhook At(WebhookReceiver receiver, string id) => new() { Id = id, Game = "pinball", Url = receiver.Url, Secret = Secret };

    private static IEnumerable<string> Ids(int first, int count) => Enumerable.Range(first, count).Select(static number => string.Create(CultureInfo.InvariantCulture, $"msg_{number}"));

    private static bool Failed(CapturedLine line) => line.Text.Contains("next try in", StringComparison.Ordinal);

    /// <summary>Ends when so many tries have failed and the next one comes after a time.</summary>
    private async Task WaitsAsync(int failures, TimeSpan wait)
    {
        await Eventually.HoldsAsync(() => receiver.Received.Count >= failures && clock.Next is { } next && next == wait);
        Assert.True(log.Lines.Count(Failed) <= failures);
    }

    private async Task<WebhookSender> StartAsync(TimeProvider? time = null)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        var targets = new OutgoingTargets(new OutgoingSettings { AllowInsecure = true, AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")] });
        var sender = new WebhookSender(outbox, targets, time ?? clock, static () => 0.5, loggers.CreateLogger<WebhookSender>());
        senders.Add(sender);
        await sender.StartAsync(CancellationToken.None);
        return sender;
    }
}
