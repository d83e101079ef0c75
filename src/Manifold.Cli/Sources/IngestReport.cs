using Manifold.Cli.Output;

namespace Manifold.Cli.Sources;

/// <summary>What an ingest did.</summary>
/// <param name="Ingested">Items that the server acknowledged.</param>
/// <param name="Failed">Items that were refused, here or by the server.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Errors">The first of the failures, in the order of the source.</param>
internal sealed record IngestReport(long Ingested, long Failed, double Seconds, IReadOnlyList<IngestError> Errors)
{
    /// <summary>More lines than this help nobody who reads them.</summary>
    private const int PrintedErrors = 20;

    /// <summary>Names the failures on standard error.</summary>
    public void PrintErrors(Terminal terminal)
    {
        foreach (var error in Errors.Take(PrintedErrors))
        {
            var id = string.IsNullOrEmpty(error.Id) ? "" : $" '{error.Id}'";
            terminal.Note($"{error.Location}:{id} {error.Message}");
        }

        if (Failed > PrintedErrors)
            terminal.Note($"... and {Failed - PrintedErrors:N0} more");
    }
}
