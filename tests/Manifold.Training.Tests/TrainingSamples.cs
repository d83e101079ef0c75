using System.Text.Json;

namespace Manifold.Training.Tests;

/// <summary>The repository's sample pictures as training concepts: real drawings that need no data cache.</summary>
internal static class TrainingSamples
{
    /// <summary>The first <paramref name="count"/> concepts, by caption.</summary>
    public static TrainingData Take(int count)
    {
        var items = File.ReadLines(RepositoryFolder.Of("samples", "items.jsonl")).Select(line => JsonSerializer.Deserialize<SampleItem>(line)!);
        var concepts = items.GroupBy(item => item.Caption).Take(count).Select(group => new TrainingConcept(group.Key, [.. group.Select(item => new CaptionedPicture(
            new Picture(PictureSource.Openclipart, item.Id, RepositoryFolder.Of("samples", item.Image)),
            [(item.Caption, 1.0), .. item.Tags.Count > 0 ? [($"{item.Caption} {string.Join(", ", item.Tags)}", 0.5)] : Array.Empty<(string, double)>()]))]));
        return new TrainingData([.. concepts], [], []);
    }

    /// <summary>A run that takes seconds.</summary>
    public static DualEncoderConfig SmallConfig => new()
    {
        Name = "small",
        Threads = 1,
        Pictures = new PicturesConfig { Variants = 2 },
        Model = new ModelConfig
        {
            Dimension = 32,
            Tokenizer = new() { Buckets = 4096 },
            Gradients = new GradientBranchConfig { Hidden = 48 },
            Convolutions = new ConvolutionBranchConfig { Channels = [16, 16] },
            Ngrams = new NgramBranchConfig { Hidden = 32 },
            Transformer = new TransformerBranchConfig { Width = 32, Layers = 1, FeedForward = 32 },
        },
        Schedule = new ScheduleConfig { Steps = 12, Batch = 16, WarmupSteps = 2, EvaluateEvery = 0, CheckpointEvery = 5 },
    };
}
