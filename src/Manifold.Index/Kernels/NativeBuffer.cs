using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>
/// Zeroed memory outside the managed heap, aligned to 64 bytes; from 2 MiB on aligned to 2 MiB and, on Linux, backed by huge pages where
/// the system grants them (a scan of small pages spends time on address translation).
/// </summary>
/// <remarks>
/// Owned by whoever made it, who disposes it when no pointer or span into it is in use any more. There is deliberately no finalizer: one
/// could free the memory under a scan that holds only a pointer. Reading is safe from any number of threads.
/// </remarks>
public sealed unsafe partial class NativeBuffer : IDisposable
{
    private const int CacheLine = 64;
    private const int HugePage = 2 << 20;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE of Linux's madvise(2)

    private nint _start;

    /// <summary>Allocates and zeroes <paramref name="length"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has no such amount of memory.</exception>
    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        bool huge = length >= HugePage;
        void* start = NativeMemory.AlignedAlloc((nuint)length, huge ? HugePage : (nuint)CacheLine);

        // Advice only: where it is refused the memory works the same with small pages. Given before the first touch, which is the clearing.
        if (huge && OperatingSystem.IsLinux())
            _ = Advise(start, (nuint)length, AdviseHugePage);
        NativeMemory.Clear(start, (nuint)length);
        _start = (nint)start;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte, valid until the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public void* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start == 0, this);
            return (void*)_start;
        }
    }

    /// <summary>The buffer as whole elements of <typeparamref name="T"/>, valid until it is disposed.</summary>
    /// <exception cref="OverflowException">The buffer has more elements than a span can have.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged =>
        new(Pointer, checked((int)(Length / Unsafe.SizeOf<T>())));

    /// <summary>Frees the memory. Later calls do nothing.</summary>
    public void Dispose()
    {
        nint start = Interlocked.Exchange(ref _start, 0);
        if (start != 0)
            NativeMemory.AlignedFree((void*)start);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);
}
