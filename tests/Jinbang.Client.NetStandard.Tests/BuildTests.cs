using System.Reflection;
using System.Runtime.Versioning;

namespace Jinbang.Client.NetStandard.Tests;

public sealed class BuildTests
{
    [Fact]
    public void What_is_tested_here_is_the_build_for_NET_Standard() =>
        Assert.Equal(".NETStandard,Version=v2.1", typeof(JinbangClient).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
}
