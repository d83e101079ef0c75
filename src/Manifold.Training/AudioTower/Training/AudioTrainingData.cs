using System.Security.Cryptography;
using System.Text;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>What a tower of sound learns from and is measured on.</summary>
/// <param name="Clips">What is heard.</param>
/// <param name="Tests">Retrieval tests of held-out recordings; may be empty.</param>
/// <param name="Skipped">What could not be used: each with its place and the reason.</param>
internal sealed record AudioTrainingData(SpokenClips Clips, IReadOnlyList<RetrievalTest> Tests, IReadOnlyList<SkippedPair> Skipped)
{
    private const int MinToHoldOut = 10, MostWords = 60_000;

    /// <summary>Speaks, or reads, what the config's <c>data.source</c> names.</summary>
    /// <param name="configPath">The config file: own recordings are relative to its folder.</param>
    /// <param name="config">The run.</param>
    /// <param name="dataFolder">The data cache, or null for the default one.</param>
    /// <param name="log">Told how it goes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">There is no synthesizer, or the recordings are of no use; the message says what to do.</exception>
    public static AudioTrainingData Read(string configPath, AudioTowerConfig config, string? dataFolder, TextWriter log, CancellationToken cancellation) =>
        config.Data.Source == SpeechTexts.Source
            ? Speak(config, dataFolder, log, cancellation)
            : ReadOwn(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configPath))!, config.Data.Source), config);

    private static AudioTrainingData Speak(AudioTowerConfig config, string? dataFolder, TextWriter log, CancellationToken cancellation)
    {
        var cache = DataCache.Open(dataFolder);
        var corpus = new Corpus(cache);
        IReadOnlyList<string> words = config.Data is { WordsShare: > 0, Words: > 0 } ? WordVectors.Load(TrainingDataSource.WinkFile(cache.Folder), MostWords).Words : [];
        var clips = SpokenClips.Speak(cache.PathOf("derived"), SpeechTexts.Draw(corpus, words, config.Data, config.Seed), config.Spectrogram, config.Seed, log, cancellation);
        return new AudioTrainingData(clips, SpeechTests.Build(corpus, new HashSet<SplitPart> { SplitPart.Dev }), []);
    }

    private static AudioTrainingData ReadOwn(string path, AudioTowerConfig config)
    {
        var skipped = new List<SkippedPair>();
        var pairs = PairsReader.ReadAll(path, "audio", PairFolder.SoundExtensions, new DataConfig { TagsWeight = 0 }, skipped);
        if (!config.Data.AllowGpl && pairs.FirstOrDefault(pair => PairsReader.IsGpl(pair.Path)) is { } gpl)
            throw new InvalidDataException($"{gpl.Place}: {gpl.Path} is of tuxpaint-stamps, which is under the GPL-2: weights learnt from it may be bound by that. Set data.allow_gpl: true if that is what you want.");
        var preprocessing = config.Spectrogram.ToPreprocessing();
        var features = new AudioFeatures(preprocessing);
        var heldOut = HeldOut(pairs, config.Data.Validation);
        var heard = new (OwnPair Pair, Half[] Spectrogram)?[pairs.Count];
        var reasons = new string?[pairs.Count];
        Parallel.For(0, pairs.Count, i =>
        {
            try
            {
                heard[i] = (pairs[i], SpokenClips.SpectrogramOf(new Sound(pairs[i].Path).ReadWindows(preprocessing)[0], features));
            }
            catch (Exception e) when (e is InvalidContentException or IOException or UnauthorizedAccessException)
            {
                reasons[i] = e.Message;
            }
        });
        skipped.AddRange(reasons.Index().Where(pair => pair.Item is not null).Select(pair => new SkippedPair(pairs[pair.Index].Place, pair.Item!)));
        var usable = heard.Where(pair => pair is not null).Select(pair => pair!.Value).ToArray();
        var learnt = usable.Where(pair => !heldOut.Contains(pair.Pair.Concept)).SelectMany(pair => pair.Pair.Captions.Select(caption => (caption.Text, pair.Spectrogram))).ToArray();
        if (learnt.Select(pair => pair.Text).Distinct(StringComparer.Ordinal).Take(2).Count() < 2)
            throw new InvalidDataException($"{path} has no recordings of two captions ({skipped.Count} skipped): contrastive learning needs at least 2.{string.Concat(skipped.Take(3).Select(pair => $"\n  {pair.Place}: {pair.Reason}"))}");
        return new AudioTrainingData(
            new SpokenClips(config.Spectrogram.Bands, [.. learnt.Select(pair => pair.Text)], [.. learnt.Select(pair => string.Concat(pair.Text.ToLowerInvariant().Where(char.IsLetter)))], [.. learnt.Select(pair => pair.Spectrogram)]),
            Test([.. usable.Select(pair => pair.Pair).Where(pair => heldOut.Contains(pair.Concept))]), skipped);
    }

    // By a hash of the concept: which ones are held out does not change when others are added.
    private static HashSet<string> HeldOut(IReadOnlyList<OwnPair> pairs, double share)
    {
        string[] concepts = [.. pairs.Select(pair => pair.Concept).Distinct(StringComparer.Ordinal)];
        return share <= 0 || concepts.Length < MinToHoldOut ? [] : [.. concepts
            .OrderBy(concept => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"validation|{concept}"))), StringComparer.Ordinal).Take(Math.Max(2, (int)Math.Round(share * concepts.Length)))];
    }

    private static IReadOnlyList<RetrievalTest> Test(OwnPair[] pairs)
    {
        string[] captions = [.. pairs.Select(pair => pair.Captions[0].Text).Distinct().Order(StringComparer.Ordinal)];
        return pairs.Length == 0 ? [] : [new RetrievalTest(
            "val.s2t", [.. pairs.Select(pair => Probe.Of(new Sound(pair.Path)))], [.. captions.Select(Probe.Of)],
            [.. pairs.Select(pair => (IReadOnlyList<int>)[Array.BinarySearch(captions, pair.Captions[0].Text, StringComparer.Ordinal)])])];
    }
}
