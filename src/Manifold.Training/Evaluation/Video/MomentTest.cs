using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// The video test of docs/evaluation.md: made clips of two and three scenes, asked for each scene by its caption among all moments of all clips. Its stills are those of test C, drawn in a style that training
/// never sees, each concept in one scene only.
/// </summary>
public static class MomentTest
{
    /// <summary>The test's name.</summary>
    public const string Name = "video.t2m.en";

    /// <summary>Clips of the gallery.</summary>
    public const int Clips = 200;

    /// <summary>Scores a bundle as it is served: clips are cut into moments by the server's own rules.</summary>
    /// <param name="bundle">It has text and picture towers.</param>
    /// <param name="corpus">The data; what is made is kept in its cache.</param>
    /// <param name="parts">Whose captions are asked for; the gallery is dev and reserved together.</param>
    /// <exception cref="InvalidDataException">ffmpeg is not there.</exception>
    public static async Task<RetrievalScores> ScoreAsync(Bundle bundle, Corpus corpus, IReadOnlySet<SplitPart> parts)
    {
        var clips = Compose(EvaluationSuite.EmojiItems(corpus, PictureSource.OpenMoji, seen: true));
        await using var pool = new EncoderPool(new EncoderOptions { Device = EncoderDevice.Cpu, BundleFolders = [bundle.Folder] });
        var moments = new List<(int Clip, Moment Moment)>();
        foreach (var (number, scenes) in clips.Index())
        {
            var encoded = await pool.EncodeWithMomentsAsync(bundle.Manifest.Name, Content.OfVideo(await File.ReadAllBytesAsync(Make(corpus, scenes))), CancellationToken.None);
            moments.AddRange(encoded.Moments.Select(moment => (number, moment)));
        }

        var ranks = new List<int[]>();
        foreach (var (number, scenes) in clips.Index())
        {
            foreach (var (place, item) in scenes.Index().Where(pair => parts.Contains(pair.Item.Part)))
            {
                float[] asked = await pool.EncodeAsync(bundle.Manifest.Name, Content.OfText(item.Captions["en"]), CancellationToken.None);
                var (start, end) = VideoMaker.TimeOf(place);
                int[] right = [.. moments.Index().Where(pair => pair.Item.Clip == number && IsOf(pair.Item.Moment, start, end)).Select(pair => pair.Index)];
                float[] scores = [.. moments.Select(pair => TensorPrimitives.Dot<float>(asked, pair.Moment.Vector))];
                ranks.Add(right.Length > 0 ? RetrievalMetrics.Ranks(scores, right) : [moments.Count]);
            }
        }

        return RetrievalMetrics.Score(Name, moments.Count, ranks);
    }

    // A moment is a scene's when its middle is in the time that the scene is seen alone.
    private static bool IsOf(Moment moment, double start, double end) => (moment.StartSeconds + moment.EndSeconds) / 2 is var middle && middle >= start && middle <= end;

    /// <summary>Plain concepts in an order that follows from their codes, by twos and threes.</summary>
    private static List<HeldOutItem[]> Compose(IReadOnlyList<HeldOutItem> items)
    {
        var shuffled = new Queue<HeldOutItem>(items.Where(item => item.IsPlain).DistinctBy(item => item.Captions["en"]).OrderBy(item => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"video|{item.Key}"))), StringComparer.Ordinal));
        var clips = new List<HeldOutItem[]>();
        while (clips.Count < Clips)
            clips.Add([.. Enumerable.Range(0, 2 + (clips.Count % 2)).Select(_ => shuffled.Dequeue())]);
        return clips;
    }

    private static string Make(Corpus corpus, HeldOutItem[] scenes)
    {
        string name = string.Join('+', scenes.Select(scene => scene.Key));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        string path = corpus.DerivedFile(Path.Combine("videos", $"{Convert.ToHexStringLower(hash)[..24]}.mp4"));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            VideoMaker.Write(path, [.. scenes.Select(scene => new VideoScene(scene.Picture, scene.Captions["en"]))], BitConverter.ToInt32(hash));
        }

        return path;
    }
}
