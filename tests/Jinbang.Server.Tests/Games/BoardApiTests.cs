using Jinbang.Boards.Games;
using Jinbang.Server.Games;
using Jinbang.Server.Tests.Access;

namespace Jinbang.Server.Tests.Games;

public sealed class BoardApiTests(CallersFixture fixture) : IClassFixture<CallersFixture>
{
    private const string Boards = $"/v1/games/{CallersFixture.Game}/boards";

    private const string AllTime = """{"name":"all_time","kind":"all_time","zone":"UTC","start_hour":0,"week_start":"monday","grace_seconds":0,"starts_at":null,"ends_at":null}""";

    private static int made;

    public static TheoryData<string, string> Words => new(
        BoardWords.Orders.All.Select(static word => ("order", word))
            .Concat(BoardWords.Keeps.All.Select(static word => ("keep", word)))
            .Concat(BoardWords.Ties.All.Select(static word => ("ties", word)))
            .Concat(BoardWords.Writers.All.Select(static word => ("writers", word))));

    public static TheoryData<string> Days => [.. BoardWords.Days.All];

    [Fact]
    public async Task What_is_left_out_has_its_default()
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        var name = path[(Boards.Length + 1)..];
        var expected = $$"""{"name":"{{name}}","title":"","order":"higher","decimals":0,"lowest":null,"highest":null,"tie_breakers":[],"keep":"best","ties":"earlier_first","writers":"client","ledger":true,"metadata_bytes":256,"windows":[{{AllTime}}]}""";
        Assert.Equal(expected, (await client.PutAsync(path, "{}")).Is(201).Text);
        Assert.Equal(expected, (await client.GetAsync(path)).Is(200).Text);
        Assert.Equal(expected, (await client.PutAsync(path, expected)).Is(200).Text);
        Assert.Equal(expected, (await client.PutAsync(path, $$"""{"name":"{{name}}","title":null,"decimals":null,"windows":null,"tie_breakers":null,"ledger":null}""")).Is(200).Text);
    }

    [Fact]
    public async Task A_board_is_stored_as_it_was_put()
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        var full = $$"""
            {"name":"{{path[(Boards.Length + 1)..]}}","title":"最快","order":"lower","decimals":3,"lowest":"0.000","highest":"3600.500","tie_breakers":[
            {"name":"moves","order":"lower","decimals":0,"lowest":"1","highest":null},{"name":"stars","order":"higher","decimals":1,"lowest":"-0.5","highest":"5.0"}],
            "keep":"latest","ties":"equal_place","writers":"server","ledger":false,"metadata_bytes":0,"windows":[
            {"name":"daily","kind":"daily","zone":"Asia/Shanghai","start_hour":4,"week_start":"monday","grace_seconds":600,"starts_at":null,"ends_at":null},
            {"name":"week","kind":"weekly","zone":"UTC","start_hour":0,"week_start":"sunday","grace_seconds":0,"starts_at":null,"ends_at":null},
            {"name":"spring","kind":"season","zone":"UTC","start_hour":0,"week_start":"monday","grace_seconds":0,"starts_at":"2030-03-01T00:00:00Z","ends_at":"2030-06-01T00:00:00.5Z"}]}
            """.Replace("\n", "", StringComparison.Ordinal);
        Assert.Equal(full, (await client.PutAsync(path, full)).Is(201).Text);
        Assert.Equal(full, (await client.GetAsync(path)).Is(200).Text);
        Assert.Contains(full, (await client.GetAsync(Boards)).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Every_word_is_read_and_written(string field, string word)
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        Assert.Equal(word, (await client.PutAsync(path, $$"""{"{{field}}":"{{word}}"}""")).Is(201)[field]);
        Assert.Equal(word, (await client.GetAsync(path)).Is(200)[field]);
        (await client.PutAsync(path, $$"""{"{{field}}":"{{word.ToUpperInvariant()}}"}""")).Blames(field);
    }

    [Theory]
    [MemberData(nameof(Days))]
    public async Task Weeks_may_begin_on_every_day(string day)
    {
        using var client = V1Client.Operator(fixture.Server);
        var reply = (await client.PutAsync(NewPath(), $$"""{"windows":[{"kind":"weekly","week_start":"{{day}}"}]}""")).Is(201);
        var window = reply.Json.GetProperty("windows")[0];
        Assert.Equal((day, "weekly"), (window.GetProperty("week_start").GetString(), window.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("all_time", "")]
    [InlineData("daily", "")]
    [InlineData("weekly", "")]
    [InlineData("monthly", "")]
    [InlineData("season", ""","ends_at":"2031-01-01T00:00:00+08:00" """)]
    public async Task Windows_of_every_kind_have_its_name_when_they_have_no_other(string kind, string more)
    {
        using var client = V1Client.Operator(fixture.Server);
        var window = (await client.PutAsync(NewPath(), $$"""{"windows":[{"kind":"{{kind}}"{{more}}}]}""")).Is(201).Json.GetProperty("windows")[0];
        Assert.Equal((kind, kind), (window.GetProperty("kind").GetString(), window.GetProperty("name").GetString()));
        Assert.Equal(kind == "season" ? "2030-12-31T16:00:00Z" : null, window.GetProperty("ends_at").GetString());
    }

    [Theory]
    [InlineData("""{"order":"up"}""", "order")]
    [InlineData("""{"order":1}""", "order")]
    [InlineData("""{"decimals":7}""", "decimals")]
    [InlineData("""{"decimals":-1,"lowest":"x"}""", "decimals")]
    [InlineData("""{"decimals":1.5}""", "decimals")]
    [InlineData("""{"decimals":"2"}""", "decimals")]
    [InlineData("""{"lowest":"1.5"}""", "lowest")]
    [InlineData("""{"lowest":5}""", "lowest")]
    [InlineData("""{"lowest":"9223372036854775808"}""", "lowest")]
    [InlineData("""{"decimals":2,"highest":"1.234"}""", "highest")]
    [InlineData("""{"decimals":6,"highest":"9223372036855"}""", "highest")]
    [InlineData("""{"highest":"1e3"}""", "highest")]
    [InlineData("""{"lowest":"2","highest":"1"}""", "lowest")]
    [InlineData("""{"keep":"worst"}""", "keep")]
    [InlineData("""{"ties":"shared"}""", "ties")]
    [InlineData("""{"writers":"anyone"}""", "writers")]
    [InlineData("""{"ledger":"yes"}""", "ledger")]
    [InlineData("""{"metadata_bytes":1025}""", "metadata_bytes")]
    [InlineData("""{"metadata_bytes":-1}""", "metadata_bytes")]
    [InlineData("""{"name":"another"}""", "name")]
    [InlineData("""{"tie_breakers":[{}]}""", "tie_breakers[0].name")]
    [InlineData("""{"tie_breakers":[null]}""", "tie_breakers[0]", "tie_breakers[0].name")]
    [InlineData("""{"tie_breakers":[{"name":"score"}]}""", "tie_breakers[0].name")]
    [InlineData("""{"tie_breakers":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]}""", "tie_breakers")]
    [InlineData("""{"tie_breakers":[{"name":"a","order":"x","highest":"y","colour":"red"}]}""", "tie_breakers[0].order", "tie_breakers[0].highest", "tie_breakers[0].colour")]
    [InlineData("""{"windows":[]}""", "windows")]
    [InlineData("""{"windows":[null]}""", "windows[0]")]
    [InlineData("""{"windows":[{"name":"x"}]}""", "windows[0].kind")]
    [InlineData("""{"windows":[{"kind":"yearly","name":"x"}]}""", "windows[0].kind")]
    [InlineData("""{"windows":[{"kind":"daily","zone":"Moon/Sea"}]}""", "windows[0].zone")]
    [InlineData("""{"windows":[{"kind":"daily","start_hour":24}]}""", "windows[0].start_hour")]
    [InlineData("""{"windows":[{"kind":"daily","start_hour":"4"}]}""", "windows[0].start_hour")]
    [InlineData("""{"windows":[{"kind":"weekly","week_start":"funday"}]}""", "windows[0].week_start")]
    [InlineData("""{"windows":[{"kind":"daily","grace_seconds":-1}]}""", "windows[0].grace_seconds")]
    [InlineData("""{"windows":[{"kind":"season","ends_at":"2030-01-01T00:00:00"}]}""", "windows[0].ends_at", "windows[0].starts_at")]
    [InlineData("""{"windows":[{"kind":"season","starts_at":"2030-01-02T00:00:00Z","ends_at":"2030-01-01T00:00:00Z"}]}""", "windows[0].ends_at")]
    [InlineData("""{"windows":[{"kind":"daily"},{"kind":"daily"}]}""", "windows[1].name")]
    [InlineData("""{"windows":[{"kind":"daily","colour":"red"}],"colour":"red","Order":"higher"}""", "windows[0].colour", "colour", "Order")]
    public async Task A_board_that_makes_no_sense_is_refused_field_by_field(string body, params string[] fields)
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        (await client.PutAsync(path, body)).Blames(fields);
        (await client.GetAsync(path)).Fails(404, "not_found");
    }

    [Theory]
    [InlineData("0", "9223372036854775807", 0)]
    [InlineData("-9223372036854775807", "0", 0)]
    [InlineData("-9223372036854.775807", "9223372036854.775806", 6)]
    [InlineData("-0.1", "0.1", 1)]
    public async Task Bounds_are_exact(string lowest, string highest, int decimals)
    {
        using var client = V1Client.Operator(fixture.Server);
        var reply = (await client.PutAsync(NewPath(), $$"""{"decimals":{{decimals}},"lowest":"{{lowest}}","highest":"{{highest}}"}""")).Is(201);
        Assert.Equal((lowest, highest == "9223372036854775807" ? null : highest), (reply["lowest"], reply["highest"]));
    }

    [Fact]
    public async Task A_board_needs_a_name_that_is_one()
    {
        using var client = V1Client.Operator(fixture.Server);
        (await client.PutAsync($"{Boards}/Upper", "{}")).Blames("name");
        (await client.PutAsync($"{Boards}/{new string('a', 65)}", "{}")).Blames("name");
        (await client.PutAsync("/v1/games/none/boards/main", "{}")).Fails(404, "not_found");
        (await client.GetAsync("/v1/games/none/boards")).Fails(404, "not_found");
        (await client.GetAsync("/v1/games/NO.GAME/boards/main")).Fails(404, "not_found");
    }

    [Fact]
    public async Task A_change_of_what_entries_are_needs_a_rebuild()
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        (await client.PutAsync(path, """{"keep":"best"}""")).Is(201);
        var game = GameId.Parse(CallersFixture.Game);
        await fixture.Server.Boards.SubmitAsync(new(game, path[(Boards.Length + 1)..]), "oOne"u8, new(5));
        (await client.PutAsync(path, """{"title":"renamed"}""")).Is(200);
        Assert.Contains("rebuild=true", (await client.PutAsync(path, """{"keep":"sum"}""")).Fails(409, "rebuild_needed")["detail"], StringComparison.Ordinal);
        (await client.PutAsync($"{path}?rebuild=false", """{"keep":"sum"}""")).Fails(409, "rebuild_needed");
        (await client.PutAsync($"{path}?rebuild=yes", """{"keep":"sum"}""")).Blames("rebuild");
        Assert.Equal("sum", (await client.PutAsync($"{path}?rebuild=true", """{"keep":"sum"}""")).Is(200)["keep"]);
        (await client.PutAsync($"{path}?rebuild=true", """{"keep":"sum","decimals":2}""")).Fails(409, "conflict");
    }

    [Fact]
    public async Task A_board_is_deleted_when_it_is_named_twice()
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        (await client.PutAsync(path, "{}")).Is(201);
        (await client.DeleteAsync(path)).Blames("confirm");
        (await client.DeleteAsync($"{path}?confirm=main")).Blames("confirm");
        (await client.GetAsync(path)).Is(200);
        (await client.DeleteAsync($"{path}?confirm={path[(Boards.Length + 1)..]}")).Is(204);
        (await client.GetAsync(path)).Fails(404, "not_found");
        (await client.DeleteAsync($"{path}?confirm={path[(Boards.Length + 1)..]}")).Fails(404, "not_found");
    }

    [Fact]
    public async Task A_window_is_closed_before_its_time()
    {
        using var client = V1Client.Operator(fixture.Server);
        var path = NewPath();
        (await client.PutAsync(path, """{"windows":[{"kind":"daily"}]}""")).Is(201);
        (await client.PostAsync($"{path}/windows/weekly/close")).Fails(404, "not_found");
        (await client.PostAsync($"{path}/windows/No.Window/close")).Fails(404, "not_found");
        (await client.PostAsync($"{Boards}/none/windows/daily/close")).Fails(404, "not_found");
        await fixture.Server.Boards.SubmitAsync(new(GameId.Parse(CallersFixture.Game), path[(Boards.Length + 1)..]), "oOne"u8, new(5));
        (await client.PostAsync($"{path}/windows/daily/close")).Is(204);
    }

    [Fact]
    public async Task Everyone_in_the_game_may_read_the_settings()
    {
        foreach (var credential in (string[])[fixture.Client, fixture.Player, fixture.ServerKey])
        {
            using var client = new V1Client(fixture.Server, credential);
            Assert.Equal("main", (await client.GetAsync($"{Boards}/main")).Is(200)["name"]);
            (await client.PutAsync($"{Boards}/main", "{}")).Fails(403, "forbidden");
        }
    }

    private static string NewPath() => $"{Boards}/made-{Interlocked.Increment(ref made)}";
}
