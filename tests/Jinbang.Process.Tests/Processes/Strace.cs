namespace Jinbang.ProcessTests.Processes;

/// <summary>The command lines of strace, which shows or spoils a process's system calls. A machine without strace fails the tests that need it.</summary>
internal static class Strace
{
    private const string Program = "/usr/bin/strace";

    /// <summary>Every call that names a file or sends on a socket or to the console, in hexadecimal and whole.</summary>
    public static string[] Recording(string traceFile) =>
    [
        Installed(), "-f", "--seccomp-bpf", "-y", "-xx", "-s", "200000", "-o", traceFile, "-e",
        "trace=pwrite64,pwritev,pwritev2,write,writev,sendmsg,sendmmsg,sendto,recvmsg,recvfrom,fsync,fdatasync,sync_file_range,ftruncate",
    ];

    /// <summary>Does something to calls that touch a file, for example <c>fsync,fdatasync:error=EIO:when=5</c>. Each thread counts its own calls.</summary>
    public static string[] Injecting(string inject, params string[] files) =>
    [
        Installed(), "-f", "-qq", "-o", "/dev/null", .. files.SelectMany(static file => (string[])["-P", file]),
        "-e", $"trace={inject[..inject.IndexOf(':', StringComparison.Ordinal)]}", "-e", $"inject={inject}",
    ];

    private static string Installed() => File.Exists(Program) ? Program
        : throw new InvalidOperationException($"These tests need {Program}: install strace. They must not be skipped: they are what shows that replies wait for the disk.");
}
