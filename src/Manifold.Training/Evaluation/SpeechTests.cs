using System.Security.Cryptography;
using System.Text;

namespace Manifold.Training;

/// <summary>
/// The speech tests of docs/evaluation.md: captions of A and B spoken in voices that training never hears (English), and read aloud by volunteers (French and Spanish, of A), against captions and against pictures.
/// </summary>
public static class SpeechTests
{
    /// <summary>Builds every test whose queries are in <paramref name="parts"/>. What is synthesized is kept in the data cache.</summary>
    /// <exception cref="InvalidDataException">There is no synthesizer.</exception>
    public static IReadOnlyList<RetrievalTest> Build(Corpus corpus, IReadOnlySet<SplitPart> parts)
    {
        HeldOutItem[] stamps = [.. EvaluationSuite.StampItems(corpus).Where(item => item.IsPlain)];
        HeldOutItem[] emoji = [.. EvaluationSuite.EmojiItems(corpus, PictureSource.Noto, seen: false).Where(item => item.IsPlain)];
        var tests = new List<RetrievalTest?>();
        foreach (var (name, items, language) in (ReadOnlySpan<(string, HeldOutItem[], string)>)[("A", stamps, "en"), ("A", stamps, "fr"), ("A", stamps, "es"), ("B", emoji, "en")])
        {
            Func<HeldOutItem, Sound?> soundOf = language == "en" ? item => Spoken(corpus, item.Captions[language]) : item => ReadAloud(item, language);
            tests.Add(RetrievalTests.SoundToText($"{name}.s2t.{language}", items, parts, language, soundOf));
            tests.Add(RetrievalTests.SoundToImage($"{name}.s2i.{language}", items, parts, language, soundOf));
        }

        return [.. tests.OfType<RetrievalTest>()];
    }

    private static Sound? ReadAloud(HeldOutItem stamp, string language)
    {
        string path = $"{Path.ChangeExtension(stamp.Picture.Path, null)}_desc_{language}.ogg";
        return File.Exists(path) ? new Sound(path) : null;
    }

    private static Sound Spoken(Corpus corpus, string caption)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"voice|{caption}"));
        var voice = SpeechVoice.HeldOut("en", hash[0]);
        string path = corpus.DerivedFile(Path.Combine("spoken", $"{Convert.ToHexStringLower(hash)[..24]}-{voice.Name}.wav"));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string temporary = $"{path}.{Environment.ProcessId}.tmp";
            File.WriteAllBytes(temporary, SpeechSynthesizer.SpeakToWav(caption, voice).Wav);
            File.Move(temporary, path, overwrite: true);
        }

        return new Sound(path);
    }
}
