using System.Text.Json;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>
/// A run's state in one file, replaced in one step, so that a kill at any moment leaves the one before or the new one: magic, state as JSON, weights,
/// averaged weights, optimiser.
/// </summary>
internal static class Checkpoint
{
    public const string FileName = "checkpoint.bin";
    private const string Magic = "manifold-checkpoint-2";

    /// <summary>Writes it into the run's folder.</summary>
    public static void Save(string folder, TrainingState state, Module model, Module average, AdamW optimiser)
    {
        string path = Path.Combine(folder, FileName), temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            var writer = new BinaryWriter(stream);
            writer.Write(Magic);
            writer.Write(JsonSerializer.Serialize(state));
            writer.Write(Shapes(model));
            model.save(writer);
            average.save(writer);
            optimiser.Save(writer);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads the checkpoint of a run's folder into the models.</summary>
    /// <returns>The state, or null when there is none.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or of another configuration, data or model; the message names the file and says which.</exception>
    public static TrainingState? Load(
        string folder, string configSha256, string dataSha256, Module model, Module average, AdamW optimiser)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            var reader = new BinaryReader(stream);
            if (reader.ReadString() != Magic)
                throw new InvalidDataException($"{path} is not a checkpoint that this version reads.");
            var state = JsonSerializer.Deserialize<TrainingState>(reader.ReadString())!;
            if (state.ConfigSha256 != configSha256)
                throw Other(path, "configuration");
            if (state.DataSha256 != dataSha256)
                throw Other(path, "set of pairs");
            if (reader.ReadString() != Shapes(model))
                throw Other(path, "model");
            model.load(reader);
            average.load(reader);
            optimiser.Load(reader);
            return state;
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"{path} is damaged or cut off ({e.Message}). Remove it to begin the run anew.", e);
        }
    }

    private static InvalidDataException Other(string path, string what) =>
        new($"{path} is the checkpoint of another {what}. Choose another --out folder, or remove the file to begin anew.");

    private static string Shapes(Module model) =>
        string.Join(';', model.state_dict().Select(pair => $"{pair.Key}[{string.Join(',', pair.Value.shape)}]"));
}
