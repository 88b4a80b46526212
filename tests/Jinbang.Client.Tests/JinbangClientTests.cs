using System.Net;
using System.Text.Json;

namespace Jinbang.Client.Tests;

public sealed class JinbangClientTests : IAsyncLifetime
{
    private readonly Road road = new();

    public async ValueTask InitializeAsync() => await road.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await road.StopAsync();
        road.Dispose();
    }

    [Fact]
    public async Task A_guest_signs_in_submits_and_finds_himself()
    {
        var game = await road.GameAsync("""{"writers":"player","decimals":2,"metadata_bytes":64}""");
        await using var ming = road.Client(game);
        await using var ann = road.Client(game);
        var id = await ming.LoginAsync(new PlayerProfile { Nickname = "小明" });
        Assert.Equal(16, id.Length);
        Assert.Null(await ming.MeAsync());
        var first = await ming.SubmitAsync("12.50", metadata: JsonDocument.Parse("""{"car":"red"}""").RootElement);
        Assert.Equal((false, "first", 1, (int?)null, id), (first.IsQueued, first.Result, first.Windows[0].Rank, first.Windows[0].RankBefore, first.Player));
        await ann.SubmitAsync(30.25m);
        var me = (await ming.MeAsync())!;
        Assert.Equal((2, "12.50", 12.5m, "小明"), (me.Rank, me.Score, me.ScoreNumber, me.Nickname));
        Assert.Equal("red", me.Metadata!.Value.GetProperty("car").GetString());
        var top = await ming.TopAsync(limit: 1);
        Assert.Equal("30.25", Assert.Single(top.Lines).Score);
        Assert.Equal(2, (await ming.TopAsync(limit: 1, cursor: top.Next)).Lines[0].Rank);
        Assert.Equal([1, 2], (await ming.AroundAsync(each: 1)).Lines.Select(static line => line.Rank));
        await ming.ProfileAsync(new PlayerProfile { Nickname = "Ming" });
        Assert.Equal("Ming", (await ming.MeAsync())!.Nickname);
    }

    [Fact]
    public async Task What_is_submitted_while_there_is_no_network_is_sent_after_a_restart_of_the_game_once()
    {
        var game = await road.GameAsync("""{"writers":"player","keep":"sum"}""");
        var file = Path.Combine(Directory.CreateTempSubdirectory("jinbang-kept-").FullName, "state.json");
        string id;
        await using (var client = road.Client(game, new KeptInFile(file)))
        {
            await client.SubmitAsync(1);
            id = client.Player!;
            road.IsClosed = true;
            Assert.True((await client.SubmitAsync(10)).IsQueued);
            Assert.True((await client.SubmitAsync(100)).IsQueued);
            Assert.Equal(2, client.Pending);
        }

        road.IsClosed = false;
        var stored = new List<Receipt>();
        await using var next = road.Client(game, new KeptInFile(file), options => options.Stored = stored.Add);
        await UntilAsync(() => next.Pending == 0);
        Assert.Equal(["111"], await road.ScoresAsync(game.Game));
        Assert.Equal((2, id), (stored.Count, next.Player));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Answers_that_are_lost_and_a_server_that_restarts_make_nothing_count_twice()
    {
        var game = await road.GameAsync("""{"writers":"player","keep":"sum"}""");
        await using var client = road.Client(game);
        await client.LoginAsync();
        road.Losing = 3;
        var submitting = Enumerable.Range(1, 20).Select(points => client.SubmitAsync(points)).ToList();
        await UntilAsync(() => client.Pending < 15);
        await road.StopAsync();
        await Task.WhenAll(submitting);
        await road.StartAsync();
        client.Flush();
        await UntilAsync(() => client.Pending == 0);
        Assert.Equal(["210"], await road.ScoresAsync(game.Game));
    }

    [Fact]
    public async Task A_token_that_is_no_longer_taken_is_renewed_for_the_same_player()
    {
        var game = await road.GameAsync("""{"writers":"player"}""");
        var kept = new KeptHere();
        string id;
        await using (var client = road.Client(game, kept))
        {
            id = await client.LoginAsync();
        }

        kept.Text = kept.Text!.Replace("jbp_", "jbp_x", StringComparison.Ordinal);
        await using var next = road.Client(game, kept);
        Assert.Equal(id, (await next.SubmitAsync(5)).Player);
    }

    [Fact]
    public async Task A_refusal_is_told_and_lets_the_next_one_through()
    {
        var game = await road.GameAsync("""{"writers":"player","highest":"1000"}""");
        await using var client = road.Client(game);
        var fault = await Assert.ThrowsAsync<JinbangException>(() => client.SubmitAsync(5_000));
        Assert.Equal(("out_of_bounds", 422, false), (fault.Code, fault.Status, fault.IsPassing));
        Assert.False((await client.SubmitAsync(50)).IsQueued);
        Assert.Equal(0, client.Pending);
    }

    [Fact]
    public async Task A_full_queue_takes_no_more_and_loses_none()
    {
        var game = await road.GameAsync("""{"writers":"player","keep":"sum"}""");
        await using var client = road.Client(game);
        road.IsClosed = true;
        for (var i = 0; i < JinbangOptions.QueueLimit; i++)
        {
            Assert.True((await client.SubmitAsync(1)).IsQueued);
        }

        Assert.Equal("queue_full", (await Assert.ThrowsAsync<JinbangException>(() => client.SubmitAsync(1))).Code);
        road.IsClosed = false;
        client.Flush();
        await UntilAsync(() => client.Pending == 0);
        Assert.Equal(["100"], await road.ScoresAsync(game.Game));
    }

    [Fact]
    public async Task A_server_that_is_busy_is_left_alone_for_as_long_as_it_asks_for()
    {
        var game = await road.GameAsync("""{"writers":"player"}""");
        await using var client = road.Client(game);
        await client.LoginAsync();
        var asked = 0;
        road.Instead = () =>
        {
            asked++;
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("""{"code":"unavailable"}""") };
            busy.Headers.RetryAfter = new(TimeSpan.FromSeconds(1.5));
            return busy;
        };
        Assert.True((await client.SubmitAsync(5)).IsQueued);
        await Task.Delay(TimeSpan.FromSeconds(0.8), TimeProvider.System);
        Assert.Equal(1, asked);
        road.Instead = null;
        await UntilAsync(() => client.Pending == 0);
    }

    [Fact]
    public async Task A_window_is_watched_live_also_through_a_restart_of_the_server()
    {
        var game = await road.GameAsync("""{"writers":"player"}""");
        await using var player = road.Client(game);
        await using var watcher = road.Client(game);
        await player.SubmitAsync(10);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<string>();
        await foreach (var page in watcher.LiveAsync(top: 5, cancellationToken: stop.Token))
        {
            seen.Add(page.Lines[0].Score);
            if (seen[^1] == "10")
            {
                await player.SubmitAsync(20);
            }
            else if (seen[^1] == "20")
            {
                await road.StopAsync();
                await road.StartAsync();
                await player.SubmitAsync(30);
                player.Flush();
            }
            else
            {
                break;
            }
        }

        Assert.Equal("30", seen[^1]);
        Assert.Contains("20", seen);
    }

    [Fact]
    public async Task A_game_that_was_written_for_the_classic_API_needs_no_key()
    {
        await using var client = road.Client(("5f195b8dc01e13002c2d7341", null));
        Assert.Null(await client.Classic.UserScoreAsync("o-one"));
        await client.Classic.PostUserInfoAsync("o-one", "甲 & 乙", "");
        Assert.Equal(ClassicResult.First, await client.Classic.PostScoreAsync("o-one", 70));
        Assert.Equal(ClassicResult.NotBetter, await client.Classic.PostScoreAsync("o-one", 60));
        Assert.Equal(ClassicResult.Better, await client.Classic.PostScoreAsync("o-one", 90));
        Assert.Equal(90, await client.Classic.UserScoreAsync("o-one"));
        var row = Assert.Single(await client.Classic.TpinballScoreAsync());
        Assert.Equal(("甲 & 乙", 90L), (row.Nickname, row.Score));
        Assert.Equal("refused", (await Assert.ThrowsAsync<JinbangException>(() => client.Classic.PostScoreAsync("", 1))).Code);
        Assert.Equal("no_key", (await Assert.ThrowsAsync<JinbangException>(() => client.LoginAsync())).Code);
    }

    [Fact]
    public async Task A_player_is_forgotten_on_both_sides_and_comes_back_as_another()
    {
        var game = await road.GameAsync("""{"writers":"player"}""");
        await using var client = road.Client(game);
        await client.SubmitAsync(5);
        var id = client.Player;
        await client.DeleteMeAsync();
        Assert.Empty(await road.ScoresAsync(game.Game));
        Assert.Null(client.Player);
        Assert.NotEqual(id, await client.LoginAsync());
    }

    [Fact]
    public async Task What_was_kept_and_cannot_be_read_begins_anew()
    {
        var game = await road.GameAsync("""{"writers":"player"}""");
        await using var client = road.Client(game, new KeptHere { Text = "{\"queue\":" });
        Assert.False((await client.SubmitAsync(5)).IsQueued);
    }

    [Fact]
    public void A_file_is_replaced_whole()
    {
        var folder = Directory.CreateTempSubdirectory("jinbang-kept-").FullName;
        var kept = new KeptInFile(Path.Combine(folder, "state.json"));
        Assert.Null(kept.Read());
        kept.Write("one");
        kept.Write("two");
        Assert.Equal("two", kept.Read());

        // Killed after the old one was gone and before the new one had its name.
        File.Move(Path.Combine(folder, "state.json"), Path.Combine(folder, "state.json.new"));
        Assert.Equal("two", kept.Read());
        Directory.Delete(folder, recursive: true);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 1_500, "It takes too long.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private sealed class KeptHere : IKeptText
    {
        public string? Text { get; set; }

        public string? Read() => Text;

        public void Write(string text) => Text = text;
    }
}
