using Manifold.Client;

namespace Manifold.Cli.Output;

/// <summary>Shows how far an ingest is.</summary>
internal static class IngestDisplay
{
    /// <param name="terminal">Where to show it.</param>
    /// <param name="what">What is taken in.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="work">Does it, and reports how many are done.</param>
    public static Task<T> RunAsync<T>(Terminal terminal, string what, long total, Func<IProgress<IngestProgress>, Task<T>> work) =>
        ProgressDisplay.RunAsync(terminal, what, total, count => $"{count:N0}", progress => work(new Count(progress)));

    private sealed class Count(IProgress<long> progress) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => progress.Report(value.Written + value.Failed);
    }
}
