using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Jinbang.Bench.Load.Client;

/// <summary>
/// Linux's epoll, level-triggered, for readable sockets only. One thread that waits here and then calls <c>recv</c> and <c>send</c> needs two
/// system calls per request; the framework's asynchronous sockets need three and a change of thread.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Delete = 2;
    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;
    private const uint Readable = 0x001;

    // struct epoll_event { uint32_t events; uint64_t data; } is packed on x64 and aligned elsewhere.
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventSize = Packed ? 12 : 16;
    private static readonly int TokenOffset = Packed ? 4 : 8;

    private readonly int _epoll;
    private readonly int _capacity;
    private readonly byte[] _events;

    /// <summary>An epoll that reports up to <paramref name="capacity"/> sockets at once.</summary>
    public Epoll(int capacity)
    {
        _capacity = capacity;
        _events = new byte[capacity * EventSize];
        _epoll = epoll_create1(CloseOnExec);
        if (_epoll < 0)
            throw new Win32Exception();
    }

    /// <summary>Watches a socket; <paramref name="token"/> comes back from <see cref="Token"/> when there is something to read.</summary>
    public void Watch(nint socket, int token)
    {
        Span<byte> change = stackalloc byte[EventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(change, Readable);
        BinaryPrimitives.WriteInt32LittleEndian(change[TokenOffset..], token);
        if (epoll_ctl(_epoll, Add, (int)socket, ref MemoryMarshal.GetReference(change)) != 0)
            throw new Win32Exception();
    }

    /// <summary>Stops watching a socket.</summary>
    public void Forget(nint socket)
    {
        Span<byte> change = stackalloc byte[EventSize];
        if (epoll_ctl(_epoll, Delete, (int)socket, ref MemoryMarshal.GetReference(change)) != 0)
            throw new Win32Exception();
    }

    /// <summary>How many sockets are readable, after waiting at most this many milliseconds for the first (0: just look).</summary>
    public int Wait(int timeoutMs)
    {
        var ready = epoll_wait(_epoll, ref _events[0], _capacity, timeoutMs);
        if (ready >= 0)
            return ready;
        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw new Win32Exception(error);
    }

    /// <summary>The token of a socket that the last <see cref="Wait"/> found readable.</summary>
    public int Token(int index) => BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((index * EventSize) + TokenOffset));

    /// <inheritdoc/>
    public void Dispose() => _ = close(_epoll);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, ref byte change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, ref byte events, int capacity, int timeoutMs);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
