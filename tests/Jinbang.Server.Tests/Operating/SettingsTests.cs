using Jinbang.Server.Games;
using Jinbang.Server.Operating;
using Microsoft.Extensions.Configuration;

namespace Jinbang.Server.Tests.Operating;

public sealed class SettingsTests
{
    public static TheoryData<string> Reserved => [.. GameCatalog.ReservedWords];

    [Fact]
    public void Without_settings_the_documents_game_is_served_and_is_the_default()
    {
        var settings = Read();
        Assert.Equal(ServerFixture.DocumentGame, Assert.Single(settings.Games.Games).Id.ToString());
        Assert.Equal(ServerFixture.DocumentGame, settings.Games.Default!.Id.ToString());
        Assert.Equal(Path.GetFullPath("data"), settings.Data);
    }

    [Fact]
    public void All_faults_are_listed_at_once()
    {
        var fault = Assert.Throws<SettingsException>(() => Read(
            ("Limits:RequestsPerSecond", "many"),
            ("Limits:MostWaiting", "0"),
            ("Limits:Unknown", "1"),
            ("Games:UPPER_case:Name", "x"),
            ("Games:pinball:Scores", "numbers"),
            ("Games:pinball:Nicknames", "1"),
            ("Games:pinball:Rank", "yes"),
            ("Games:pinball:LowestScore", "10"),
            ("Games:pinball:HighestScore", "9"),
            ("Games:pinball:Colour", "red"),
            ("Games:pinball:Origins:0", "game.example"),
            ("Games:play:Name", "x"),
            ("DefaultGame", "nobody"),
            ("Storage:FoldRows", "-1"),
            ("Storage:Folder", "x"),
            ("TrustedProxies:0", "localhost")));
        string[] named =
        [
            "Limits:RequestsPerSecond", "Limits:MostWaiting", "Limits:Unknown", "upper_case", "Games:pinball:Scores", "Games:pinball:Nicknames", "Games:pinball:Rank",
            "LowestScore 10 is above HighestScore 9", "Games:pinball:Colour", "game.example", "'play' is a path", "DefaultGame", "Storage:FoldRows", "Storage:Folder", "TrustedProxies",
        ];
        Assert.Equal(named.Length, fault.Faults.Count);
        Assert.All(named, name => Assert.Single(fault.Faults, line => line.Contains(name, StringComparison.OrdinalIgnoreCase)));
        Assert.All(fault.Faults, line => Assert.Contains(line, fault.Message, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Reserved))]
    public void Paths_of_the_servers_own_are_no_game_ids(string word)
    {
        Assert.Contains(word, Assert.Single(Faults(($"Games:{word}:Name", "x"))), StringComparison.Ordinal);
        Assert.Contains(word, Assert.Single(Faults(($"Games:{word.ToUpperInvariant()}:Name", "x"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Limits:RequestPerSecond")]
    [InlineData("Storage:FoldRow")]
    [InlineData("Games:pinball:Nickname")]
    [InlineData("Limit:RequestsPerSecond")]
    [InlineData("Game:pinball:Name")]
    [InlineData("DefaultGames")]
    [InlineData("Url")]
    public void A_misspelt_setting_is_not_ignored(string key) => Assert.Contains(key.Split(':')[0], Assert.Single(Faults((key, "1"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Limits:RequestsPerSecond", "-1")]
    [InlineData("Limits:RequestsPerSecond", "1.5")]
    [InlineData("Limits:RequestsPerSecond", "1e3")]
    [InlineData("Limits:RequestsPerSecond", "99999999999999999999")]
    [InlineData("Limits:RequestBurst", "0")]
    [InlineData("Games:pinball:LowestScore", "low")]
    [InlineData("Games:pinball:Origins", "https://game.example/path")]
    [InlineData("Games:pinball:Origins", "ftp://game.example")]
    [InlineData("Games:a.b:Name", "x")]
    [InlineData("TrustedProxies", "not an address")]
    public void A_wrong_value_is_refused_and_shown(string key, string value) => Assert.Contains(key.StartsWith("Games:a", StringComparison.Ordinal) ? "a.b" : value, Assert.Single(Faults((key, value))), StringComparison.Ordinal);

    [Fact]
    public void A_single_trusted_proxy_may_be_given_as_one_value() =>
        Assert.Equal("10.1.2.3", Assert.Single(Read(("TrustedProxies", "10.1.2.3")).TrustedProxies).ToString());

    [Fact]
    public void Choices_are_read_in_any_letter_case()
    {
        var game = Assert.Single(Read(("Games:PinBall:Nicknames", "BASE64"), ("Games:pinball:Scores", "text"), ("Games:pinball:Rank", "Place"), ("Games:pinball:Origins", "*")).Games.Games);
        Assert.Equal(("pinball", Nicknames.Base64, Jinbang.Server.Games.Scores.Text, RankField.Place), (game.Id.ToString(), game.Nicknames, game.Scores, game.Rank));
        Assert.Null(game.Origins);
    }

    [Fact]
    public void Of_several_games_the_named_one_is_the_default_and_without_a_name_none_is()
    {
        Assert.Null(Read(("Games:a:Name", "A"), ("Games:b:Name", "B")).Games.Default);
        Assert.Equal("b", Read(("Games:a:Name", "A"), ("Games:b:Name", "B"), ("DefaultGame", "b")).Games.Default!.Id.ToString());
        Assert.Equal("a", Read(("Games:a:Name", "A")).Games.Default!.Id.ToString());
    }

    [Fact]
    public void Wrong_settings_stop_the_start_before_the_data_folder_is_touched()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"jinbang-untouched-{Environment.ProcessId}");
        Assert.Throws<SettingsException>(() => JinbangServer.Build(new StartOptions { Data = folder, Settings = new Dictionary<string, string?> { ["Limits:MostWaiting"] = "no" } }));
        Assert.False(Directory.Exists(folder));
    }

    private static IReadOnlyList<string> Faults(params (string Key, string Value)[] settings) => Assert.Throws<SettingsException>(() => Read(settings)).Faults;

    private static Settings Read(params (string Key, string Value)[] settings) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
