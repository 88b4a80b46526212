namespace Jinbang.ProcessTests.Durability;

/// <summary>A system call that a trace shows.</summary>
/// <param name="Began">The line of the trace at which it was made. A call that begins on a later line than another ended was carried out after it.</param>
/// <param name="Ended">The line at which it had returned; <see cref="int.MaxValue"/> when it never did.</param>
/// <param name="Name">Which call.</param>
/// <param name="File">The file, socket or pipe.</param>
/// <param name="Data">The bytes it carried.</param>
/// <param name="Result">What it returned.</param>
internal sealed record TracedCall(int Began, int Ended, string Name, string File, byte[] Data, string Result)
{
    public bool Succeeded => Ended != int.MaxValue && !Result.StartsWith('-');

    public bool IsSync => Name is "fsync" or "fdatasync";

    public bool IsWrite => Name is "pwrite64" or "write" or "pwritev" or "pwritev2" or "writev";

    public bool IsSend => Name is "sendto" or "sendmsg" or "sendmmsg";

    public bool IsReceive => Name is "recvfrom" or "recvmsg" or "read";
}
