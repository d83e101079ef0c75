using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Manifold.Benchmarks;

/// <summary>Processor time of the calling thread where the system tells it (Linux), else the wall clock: on a shared machine the former does not count the time that other programs ran.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Seconds since some moment.</summary>
    public static double Seconds =>
        OperatingSystem.IsLinux() && GetTime(ThreadClock, out var time) == 0 ? time.Seconds + (time.Nanoseconds * 1e-9) : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
