using System.Text.Json;

namespace Manifold.Training;

/// <summary><c>metrics.json</c> in a run's folder.</summary>
internal static class MetricsFile
{
    public const string FileName = "metrics.json";
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Writes it, replacing an older one in one step.</summary>
    public static void Write<T>(string folder, T metrics)
    {
        string path = Path.Combine(folder, FileName), temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(metrics, Format) + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is not there or not such a file; the message names it.</exception>
    public static TrainingMetrics Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<TrainingMetrics>(File.ReadAllText(path)) ?? throw new JsonException("it holds null");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path} is not there: the folder is not that of a run that ended.", e);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not the metrics of a run: {e.Message}", e);
        }
    }
}
