using System.Diagnostics;
using Manifold.Client;
using Spectre.Console;

namespace Manifold.Cli.Output;

/// <summary>Shows how far an ingest is: a bar on a terminal, now and then a line elsewhere.</summary>
internal static class IngestDisplay
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    /// <param name="terminal">Where to show it; the bar goes to standard error.</param>
    /// <param name="what">What is taken in.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="work">Does it, and reports how many are done.</param>
    public static Task<T> RunAsync<T>(Terminal terminal, string what, long total, Func<IProgress<IngestProgress>, Task<T>> work)
    {
        if (!terminal.ErrorIsTerminal)
            return work(new Lines(terminal, what, total));

        return terminal.ErrorDisplay.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(total, 1));
                return work(new Bar(task));
            });
    }

    private sealed class Bar(ProgressTask task) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => task.Value = value.Written + value.Failed;
    }

    private sealed class Lines(Terminal terminal, string what, long total) : IProgress<IngestProgress>
    {
        private readonly Lock _lock = new();
        private long _last = Stopwatch.GetTimestamp();

        public void Report(IngestProgress value)
        {
            lock (_lock)
            {
                if (Stopwatch.GetElapsedTime(_last) < LineEvery)
                    return;
                _last = Stopwatch.GetTimestamp();
                terminal.Note($"{what}: {value.Written + value.Failed:N0} of {total:N0}");
            }
        }
    }
}
