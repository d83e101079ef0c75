namespace Manifold.Training;

/// <summary>Runs retrieval tests through an encoder; each distinct text, picture and recording is encoded once.</summary>
public static class Evaluator
{
    /// <summary>Scores every test, in order.</summary>
    public static EvaluationReport Run(IReadOnlyList<RetrievalTest> tests, IProbeEncoder encoder)
    {
        var probes = tests.SelectMany(test => test.Queries.Concat(test.Gallery)).ToArray();
        string[] texts = [.. probes.Where(probe => probe.Text is not null).Select(probe => probe.Text!).Distinct(StringComparer.Ordinal)];
        Picture[] pictures = [.. probes.Where(probe => probe.Picture is not null).Select(probe => probe.Picture!).Distinct()];
        var ofText = texts.Zip(encoder.EncodeTexts(texts)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var ofPicture = pictures.Zip(encoder.EncodePictures(pictures)).ToDictionary(pair => pair.First, pair => pair.Second);
        Sound[] sounds = [.. probes.Where(probe => probe.Sound is not null).Select(probe => probe.Sound!).Distinct()];
        var ofSound = sounds.Length == 0 ? [] : sounds.Zip(encoder.EncodeSounds(sounds)).ToDictionary(pair => pair.First, pair => pair.Second);
        float[] VectorOf(Probe probe) => probe.Text is { } text ? ofText[text] : probe.Picture is { } picture ? ofPicture[picture] : ofSound[probe.Sound!];
        return new EvaluationReport([.. tests.Select(test =>
            RetrievalMetrics.Score(test.Name, [.. test.Queries.Select(VectorOf)], [.. test.Gallery.Select(VectorOf)], test.Right))]);
    }
}
