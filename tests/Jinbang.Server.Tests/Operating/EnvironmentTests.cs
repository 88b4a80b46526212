using Jinbang.Server.Operating;

namespace Jinbang.Server.Tests.Operating;

/// <summary>The environment belongs to the whole process, so nothing else runs beside these tests.</summary>
[CollectionDefinition(nameof(EnvironmentTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentTests))]
public sealed class EnvironmentTests
{
    [Fact]
    public void Variables_that_begin_with_JINBANG_are_settings()
    {
        using var variables = new Variables(
            ("JINBANG_Limits__RequestsPerSecond", "7"), ("JINBANG_GAMES__PINBALL__SCORES", "text"), ("JINBANG_GAMES__PINBALL__ORIGINS", "https://game.example"), ("JINBANG_DATA", "/tmp/jinbang-by-variable"));
        var settings = Settings.Read(Settings.ConfigurationOf(null).Build());
        Assert.Equal(7, settings.Limits.RequestsPerSecond);
        Assert.Equal("/tmp/jinbang-by-variable", settings.Data);
        var game = Assert.Single(settings.Games.Games);
        Assert.Equal("pinball", game.Id.ToString());
        Assert.Equal(["https://game.example"], game.Origins);
        Assert.Equal("/tmp/jinbang-by-variable", Settings.DataFolder(null));
    }

    [Fact]
    public void What_a_start_is_given_wins_over_the_environment()
    {
        using var variables = new Variables(("JINBANG_DATA", "/tmp/jinbang-by-variable"));
        Assert.Equal("/tmp/jinbang-given", Settings.DataFolder("/tmp/jinbang-given"));
    }

    [Fact]
    public void A_wrong_variable_stops_the_start()
    {
        using var variables = new Variables(("JINBANG_LIMITS__REQUESTBURST", "none"));
        Assert.Contains("RequestBurst", Assert.Throws<SettingsException>(() => Settings.Read(Settings.ConfigurationOf(null).Build())).Message, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Variables : IDisposable
    {
        private readonly (string Name, string Value)[] variables;

        public Variables(params (string Name, string Value)[] variables)
        {
            this.variables = variables;
            foreach (var (name, value) in variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose()
        {
            foreach (var (name, _) in variables)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }
}
