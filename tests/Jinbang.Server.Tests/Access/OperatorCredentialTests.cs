using System.Runtime.Versioning;
using System.Text;
using Jinbang.Server.Access;
using Jinbang.Server.Operating;
using Microsoft.Extensions.Configuration;

namespace Jinbang.Server.Tests.Access;

[UnsupportedOSPlatform("windows")]
public sealed class OperatorCredentialTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-operator-").FullName;

    private string KeyFile => Path.Combine(folder, OperatorCredential.FileName);

    [Fact]
    public void The_first_start_makes_a_file_that_only_its_owner_can_read()
    {
        var made = OperatorCredential.Open(folder);
        Assert.Matches("^jbo_[A-Za-z0-9_-]{43}$", made.Made);
        Assert.Equal((KeyFile, $"{made.Made}\n"), (made.File, File.ReadAllText(KeyFile)));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(folder));
        Assert.True(made.Is(Encoding.ASCII.GetBytes(made.Made!)));
    }

    [Fact]
    public void Later_starts_read_it_and_do_not_show_it()
    {
        var text = OperatorCredential.Open(folder).Made!;
        var read = OperatorCredential.Open(folder);
        Assert.Null(read.Made);
        Assert.True(read.Is(Encoding.ASCII.GetBytes(text)));
        Assert.False(read.Is(Encoding.ASCII.GetBytes(CredentialText.NewKey(CredentialText.OperatorKey))));
    }

    [Fact]
    public void A_deleted_file_is_made_anew_with_another_key()
    {
        var text = OperatorCredential.Open(folder).Made!;
        File.Delete(KeyFile);
        var made = OperatorCredential.Open(folder);
        Assert.NotNull(made.Made);
        Assert.False(made.Is(Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_touch_stops_the_start(UnixFileMode more)
    {
        OperatorCredential.Open(folder);
        File.SetUnixFileMode(KeyFile, OwnerOnly | more);
        Assert.Contains($"chmod 600 {KeyFile}", Assert.Throws<OperatorKeyException>(() => OperatorCredential.Open(folder)).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead);
        Assert.Null(OperatorCredential.Open(folder).Made);
    }

    [Theory]
    [InlineData("")]
    [InlineData("jbo_short")]
    [InlineData("jbs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("jbo_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    public void A_file_that_holds_no_key_stops_the_start(string text)
    {
        File.WriteAllText(KeyFile, text);
        File.SetUnixFileMode(KeyFile, OwnerOnly);
        Assert.Contains("Delete it", Assert.Throws<OperatorKeyException>(() => OperatorCredential.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_start_that_was_cut_off_has_left_is_no_obstacle()
    {
        File.WriteAllText($"{KeyFile}.new", "jbo_half");
        Assert.NotNull(OperatorCredential.Open(folder).Made);
        Assert.Equal([KeyFile], Directory.GetFiles(folder));
    }

    [Fact]
    public void It_cannot_be_given_by_a_setting()
    {
        foreach (var key in (string[])["OperatorKey", "Operator:Key", "Access:OperatorKey"])
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = "jbo_x" }).Build();
            Assert.Throws<SettingsException>(() => Settings.Read(configuration));
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
