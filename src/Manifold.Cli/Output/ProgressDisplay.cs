using System.Diagnostics;
using Spectre.Console;

namespace Manifold.Cli.Output;

/// <summary>Shows how far a piece of work is: a bar on a terminal, now and then a line elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    /// <param name="terminal">Where to show it; the bar goes to standard error.</param>
    /// <param name="what">What is being done.</param>
    /// <param name="total">How much of it there is.</param>
    /// <param name="text">How an amount is written.</param>
    /// <param name="work">Does it, and reports how much is done.</param>
    public static Task<T> RunAsync<T>(Terminal terminal, string what, long total, Func<long, string> text, Func<IProgress<long>, Task<T>> work)
    {
        if (!terminal.ErrorIsTerminal)
            return work(new Lines(terminal, what, total, text));

        return terminal.ErrorDisplay.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Bar(context.AddTask(Markup.Escape(what), maxValue: Math.Max(total, 1)))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }

    private sealed class Lines(Terminal terminal, string what, long total, Func<long, string> text) : IProgress<long>
    {
        private readonly Lock _lock = new();
        private long _last = Stopwatch.GetTimestamp();

        public void Report(long value)
        {
            lock (_lock)
            {
                if (Stopwatch.GetElapsedTime(_last) < LineEvery)
                    return;
                _last = Stopwatch.GetTimestamp();
                terminal.Note($"{what}: {text(value)} of {text(total)}");
            }
        }
    }
}
