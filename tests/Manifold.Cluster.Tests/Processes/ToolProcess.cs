using System.Collections.Concurrent;
using System.Diagnostics;

namespace Manifold.Cluster.Tests;

/// <summary>A program in a process of its own, whose output is kept. Killed with SIGKILL at the latest when it is disposed, by its process id.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errorLines = new();
    private readonly Task<string> _output;
    private readonly Task _errors;
    private readonly TaskCompletionSource<string> _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ToolProcess(Process process, string? awaitedPrefix)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = ReadErrorsAsync(awaitedPrefix);
    }

    /// <summary>Standard error so far.</summary>
    public string Errors => string.Join('\n', _errorLines);

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs; <c>null</c>: here.</param>
    /// <param name="environment">Variables on top of this process's own; <c>null</c> as value removes one.</param>
    /// <param name="awaitedPrefix">The beginning of the line on standard error that <see cref="WaitForLineAsync"/> waits for.</param>
    public static ToolProcess Start(
        string program, IEnumerable<string> arguments, string? folder = null, IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? awaitedPrefix = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }
        return new ToolProcess(Process.Start(start)!, awaitedPrefix);
    }

    /// <summary>The awaited line.</summary>
    /// <exception cref="InvalidOperationException">The process ended without it; the message has its output.</exception>
    public Task<string> WaitForLineAsync(CancellationToken cancellationToken) => _awaited.Task.WaitAsync(cancellationToken);

    /// <returns>Exit code, standard output and standard error of the process once it has ended.</returns>
    public async Task<(int Code, string Output, string Errors)> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _errors;
        return (_process.ExitCode, await _output, Errors);
    }

    /// <summary>SIGKILL, to this process alone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private async Task ReadErrorsAsync(string? awaitedPrefix)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errorLines.Enqueue(line);
            if (awaitedPrefix is not null && line.StartsWith(awaitedPrefix, StringComparison.Ordinal))
            {
                _awaited.TrySetResult(line);
            }
        }
        _awaited.TrySetException(new InvalidOperationException($"the process ended early: {Errors}"));
        _ = _awaited.Task.Exception; // Whoever started it may wait for its end only.
    }
}
