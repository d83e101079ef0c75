using System.Diagnostics;

namespace Manifold.Grains;

/// <summary>Counts and times the batches that a gateway writes.</summary>
internal static class WriteMeasure
{
    /// <summary>Runs a write, and notes what became of it.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="operation">upsert, delete or update.</param>
    /// <param name="items">How many items it has.</param>
    /// <param name="write">The write.</param>
    public static async Task<BatchResult> RunAsync(string collection, string operation, int items, Func<Task<BatchResult>> write)
    {
        var started = Stopwatch.GetTimestamp();
        KeyValuePair<string, object?> named = new("collection", collection), operated = new("operation", operation);
        try
        {
            var result = await write();
            GrainMetrics.WriteBatches.Add(1, named, operated, new("outcome", result.Failures.Count == 0 ? "complete" : "partial"));
            GrainMetrics.WriteItems.Add(result.Written, named, operated, new("outcome", "written"));
            foreach (var failures in result.Failures.GroupBy(failure => GrainMetrics.CodeOf(failure.Error)))
            {
                GrainMetrics.WriteItems.Add(failures.Count(), named, operated, new("outcome", failures.Key));
            }
            GrainMetrics.WriteDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, named, operated);
            return result;
        }
        catch (Exception e)
        {
            var code = GrainMetrics.CodeOf(e);
            GrainMetrics.WriteBatches.Add(1, named, operated, new("outcome", code));
            GrainMetrics.WriteItems.Add(items, named, operated, new("outcome", code));
            throw;
        }
    }
}
