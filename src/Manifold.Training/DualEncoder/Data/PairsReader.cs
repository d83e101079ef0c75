using System.Security.Cryptography;
using System.Text;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>A user's own pairs (docs/training.md, "Your own pairs"): a JSONL file, or a folder of pictures with captions. What cannot be used is skipped and told.</summary>
internal static class PairsReader
{
    private const int ProbeSide = 16, MinConceptsToHoldOut = 10, MinHeldOut = 2;
    private static readonly string[] ListNames = ["pairs.jsonl", "items.jsonl", "captions.jsonl"];

    /// <summary>Reads them.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="config">Weights, the share to hold out, whether GPL pictures are allowed.</param>
    /// <exception cref="InvalidDataException">The path is not there, too little is left of it, or a picture is under the GPL; the message names the place.</exception>
    public static TrainingData Read(string path, DataConfig config)
    {
        var skipped = new List<SkippedPair>();
        var pairs = ReadAll(path, "image", PairFolder.PictureExtensions, config, skipped);
        if (!config.AllowGpl && pairs.FirstOrDefault(pair => IsGpl(pair.Path)) is { } gpl)
            throw new InvalidDataException($"{gpl.Place}: {gpl.Path} is of tuxpaint-stamps, which is under the GPL-2: weights learnt from it may be bound by that. Set data.allow_gpl: true if that is what you want.");
        pairs = KeepDecodable(pairs, skipped);
        TrainingConcept[] concepts = [.. pairs.GroupBy(pair => pair.Concept).Select(group => new TrainingConcept(group.Key, [.. group.Select(pair => new CaptionedPicture(new Picture(PictureSource.Own, pair.Id, pair.Path), pair.Captions))]))];
        string reasons = string.Concat(skipped.Take(3).Select(pair => $"\n  {pair.Place}: {pair.Reason}"));
        if (concepts.Length == 0)
            throw new InvalidDataException($"{path} has no pair that can be used ({skipped.Count} skipped).{reasons}");
        if (concepts.Length == 1)
            throw new InvalidDataException($"{path} has pictures of one concept only, '{concepts[0].Key}': contrastive learning needs at least 2.{reasons}");
        return HoldOut(concepts, config.Validation, skipped);
    }

    /// <summary>The pairs of a JSONL file, of one within a folder, or of a folder's files.</summary>
    /// <exception cref="InvalidDataException">The path is not there.</exception>
    public static List<OwnPair> ReadAll(string path, string medium, IReadOnlySet<string> extensions, DataConfig config, List<SkippedPair> skipped)
    {
        if (!Directory.Exists(path))
            return File.Exists(path) ? PairList.Read(path, medium, config, skipped) : throw new InvalidDataException($"{path} is not there: data.source must be a JSONL file, a folder, or the name of the project's own data.");
        string? list = ListNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        return list is null ? PairFolder.Read(path, extensions, skipped) : PairList.Read(list, medium, config, skipped);
    }

    /// <summary>Whether a file is of tuxpaint-stamps, which is under the GPL-2.</summary>
    public static bool IsGpl(string path)
    {
        string full = Path.GetFullPath(path).Replace('\\', '/');
        return full.Contains("/tuxpaint-stamps", StringComparison.Ordinal) || full.Contains("/tuxpaint/stamps/", StringComparison.Ordinal);
    }

    private static List<OwnPair> KeepDecodable(List<OwnPair> pairs, List<SkippedPair> skipped)
    {
        var decoder = new ImageDecoder();
        var reasons = new string?[pairs.Count];
        Parallel.For(0, pairs.Count, i =>
        {
            try
            {
                decoder.DecodeRgb(File.ReadAllBytes(pairs[i].Path), ProbeSide, ProbeSide, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, new byte[3 * ProbeSide * ProbeSide]);
            }
            catch (Exception e) when (e is InvalidContentException or IOException or UnauthorizedAccessException)
            {
                reasons[i] = $"{pairs[i].Path}: {e.Message}";
            }
        });
        skipped.AddRange(reasons.Select((reason, i) => (reason, i)).Where(pair => pair.reason is not null).Select(pair => new SkippedPair(pairs[pair.i].Place, pair.reason!)));
        return [.. pairs.Where((_, i) => reasons[i] is null)];
    }

    // By a hash of the concept: which ones are held out does not change when others are added.
    private static TrainingData HoldOut(TrainingConcept[] concepts, double share, List<SkippedPair> skipped)
    {
        if (share <= 0 || concepts.Length < MinConceptsToHoldOut)
            return new TrainingData(concepts, [], skipped);
        int count = Math.Max(MinHeldOut, (int)Math.Round(share * concepts.Length));
        var heldOut = concepts.OrderBy(concept => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"validation|{concept.Key}"))), StringComparer.Ordinal).Take(count).ToHashSet();
        HeldOutItem[] items = [.. concepts.Where(heldOut.Contains).SelectMany(concept => concept.Pictures).Select(item =>
            new HeldOutItem(item.Picture.Id, item.Picture, SplitPart.Dev, true, new Dictionary<string, string> { [""] = item.Captions[0].Text }))];
        var parts = new HashSet<SplitPart> { SplitPart.Dev };
        RetrievalTest?[] tests = [RetrievalTests.TextToImage("val.t2i", items, parts, ""), RetrievalTests.ImageToText("val.i2t", items, parts, "")];
        return new TrainingData([.. concepts.Where(concept => !heldOut.Contains(concept))], [.. tests.OfType<RetrievalTest>()], skipped);
    }
}
