namespace Jinbang.Server.Avatars;

/// <summary>
/// A host that pictures may come from: <c>img.example.com</c>, or <c>*.example.com</c> for every name below that one; with <c>:8443</c> at that port, else at the scheme's own.
/// </summary>
/// <param name="Name">The name as DNS knows it.</param>
/// <param name="IsSuffix">Whether names below it are meant, and not itself.</param>
/// <param name="Port">The port; null for the scheme's own.</param>
internal readonly record struct AvatarHost(string Name, bool IsSuffix, int? Port)
{
    private const string Below = "*.";

    /// <summary>Reads one as the settings name it. A suffix has a dot: nobody owns all of <c>com</c>.</summary>
    public static bool TryParse(string text, out AvatarHost host)
    {
        var isSuffix = text.StartsWith(Below, StringComparison.Ordinal);
        var name = isSuffix ? text[Below.Length..] : text;
        host = default;
        if (!Uri.TryCreate($"https://{name}/", UriKind.Absolute, out var url) || url.HostNameType == UriHostNameType.Unknown || url.PathAndQuery != "/"
            || url.Fragment.Length > 0 || url.UserInfo.Length > 0 || url.IdnHost.Contains('*', StringComparison.Ordinal)
            || (isSuffix && (url.HostNameType != UriHostNameType.Dns || !url.IdnHost.Contains('.', StringComparison.Ordinal))))
        {
            return false;
        }

        host = new AvatarHost(url.IdnHost, isSuffix, url.IsDefaultPort ? null : url.Port);
        return true;
    }

    /// <summary>Whether a URL leads there.</summary>
    public bool Has(Uri url) =>
        (Port is { } port ? url.Port == port : url.IsDefaultPort)
        && (IsSuffix ? url.IdnHost.EndsWith($".{Name}", StringComparison.OrdinalIgnoreCase) : url.IdnHost.Equals(Name, StringComparison.OrdinalIgnoreCase));
}
