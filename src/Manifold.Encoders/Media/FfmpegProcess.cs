using System.ComponentModel;
using System.Diagnostics;

namespace Manifold.Encoders;

/// <summary>
/// One running ffmpeg or ffprobe, read from its standard output at the reader's pace: nothing is buffered here, so that a recording of any
/// length takes the memory of one read. Disposing of it ends the process, by its own handle.
/// </summary>
internal sealed class FfmpegProcess : IAsyncDisposable
{
    // What is wrong with a file is in the last lines; a damaged one writes a line for each frame.
    private const int ErrorLines = 4;
    private const int MaxErrorLine = 300;

    private readonly Process _process;
    private readonly string _path;
    private readonly TimeSpan _stallTimeout;
    private readonly Queue<string> _errors = new(ErrorLines);
    private readonly Task _errorsRead;

    private FfmpegProcess(Process process, string path, TimeSpan stallTimeout)
    {
        _process = process;
        _path = path;
        _stallTimeout = stallTimeout;
        _errorsRead = ReadErrorsAsync();
    }

    /// <param name="program">ffmpeg or ffprobe.</param>
    /// <param name="file">What it reads; its path does not appear in errors.</param>
    /// <param name="arguments">Its arguments; see <see cref="InputOf"/>.</param>
    /// <param name="stallTimeout">The longest that a read waits.</param>
    /// <exception cref="MediaToolMissingException">The program is not there.</exception>
    public static FfmpegProcess Start(string program, MediaFile file, IEnumerable<string> arguments, TimeSpan stallTimeout)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        // With this variable ffmpeg writes a report file beside whoever runs it.
        start.Environment.Remove("FFREPORT");
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        try
        {
            Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return new FfmpegProcess(process, file.Path, stallTimeout);
        }
        catch (Win32Exception e)
        {
            throw new MediaToolMissingException(
                $"Audio and video need ffmpeg, and '{program}' cannot be started ({e.Message}). Install it (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg; "
                + $"Windows: winget install ffmpeg), or name it in {EncoderOptions.Section}:Ffmpeg. Texts and pictures need none.",
                e);
        }
    }

    /// <summary>The arguments before the output's: quiet, of bounded allocations, and reading nothing but the file itself.</summary>
    public static IEnumerable<string> InputOf(MediaFile file) =>
    [
        "-hide_banner", "-loglevel", "error", "-max_alloc", $"{1 << 29}",
        "-protocol_whitelist", "file", "-format_whitelist", MediaFormat.Demuxers, "-i", $"file:{file.Path}",
    ];

    /// <summary>Reads until the buffer is full or the output has ended.</summary>
    /// <returns>Bytes read; less than the buffer's length only at the end.</returns>
    /// <exception cref="InvalidContentException">Nothing came for the stall time-out.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stalled.CancelAfter(_stallTimeout);
            try
            {
                int read = await _process.StandardOutput.BaseStream.ReadAsync(buffer[total..], stalled.Token);
                if (read == 0)
                    break;
                total += read;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Kill();
                throw new InvalidContentException(
                    $"The recording cannot be decoded: ffmpeg gave nothing for {_stallTimeout.TotalSeconds:0.#} s ({EncoderOptions.Section}:MediaTimeout).");
            }
        }

        return total;
    }

    /// <summary>Waits for the process, once its output has ended.</summary>
    /// <exception cref="InvalidContentException">It failed; the message has its last lines.</exception>
    public async Task ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _errorsRead;
        if (_process.ExitCode != 0)
            throw new InvalidContentException($"The recording cannot be decoded: {LastErrors()}");
    }

    /// <summary>The last lines of standard error on one line, without the file's path; for an ended process.</summary>
    public string LastErrors()
    {
        string lines = string.Join("; ", _errors);
        return lines.Length > 0 ? lines : $"ffmpeg ended with code {_process.ExitCode}";
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _errorsRead;
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private async Task ReadErrorsAsync()
    {
        // Always drained: a process whose standard error is full stands still.
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            line = line.Replace($"file:{_path}", "the file", StringComparison.Ordinal).Replace(_path, "the file", StringComparison.Ordinal).Trim();
            if (line.Length == 0)
                continue;
            if (_errors.Count == ErrorLines)
                _errors.Dequeue();
            _errors.Enqueue(line.Length > MaxErrorLine ? line[..MaxErrorLine] : line);
        }
    }
}
