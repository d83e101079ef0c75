using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// The spectrograms of recordings and what was said in each, in memory. Those of spoken texts are kept in a file between runs, whose name is a checksum of everything that they depend on.
/// </summary>
/// <param name="Bands">Rows of a spectrogram.</param>
/// <param name="Texts">What was said in each recording.</param>
/// <param name="Transcripts">The same in letters of sounds where they are known, else in letters.</param>
/// <param name="Spectrograms">[bands × frames] of each, row-major.</param>
internal sealed record SpokenClips(int Bands, IReadOnlyList<string> Texts, IReadOnlyList<string> Transcripts, IReadOnlyList<Half[]> Spectrograms)
{
    // Raise it when clips are spoken, measured or stored differently.
    private const int Format = 2;

    /// <summary>Frames of a recording.</summary>
    public int FramesOf(int clip) => Spectrograms[clip].Length / Bands;

    /// <summary>Speaks texts, or reads what an earlier run spoke.</summary>
    /// <param name="folder">Where such files are kept.</param>
    /// <param name="texts">The texts; each is said once, in a voice that follows from the seed. One of which nothing is heard, or that is longer than a window, is left out.</param>
    /// <param name="config">The spectrogram.</param>
    /// <param name="seed">Seed of the voices.</param>
    /// <param name="log">Told how it goes.</param>
    /// <param name="cancellation">Ends the speaking; nothing is left behind.</param>
    /// <exception cref="InvalidDataException">There is no synthesizer.</exception>
    public static SpokenClips Speak(string folder, IReadOnlyList<SpokenText> texts, SpectrogramConfig config, int seed, TextWriter log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"speech-{Checksum(texts, config, seed)}.bin");
        if (!File.Exists(path))
            Make(path, texts, config, seed, log, cancellation);
        return Read(path, texts, config.Bands);
    }

    private static void Make(string path, IReadOnlyList<SpokenText> texts, SpectrogramConfig config, int seed, TextWriter log, CancellationToken cancellation)
    {
        if (config.SampleRate != SpeechSynthesizer.SampleRate)
            throw new InvalidDataException($"spectrogram.sample_rate is {config.SampleRate}; what is spoken here has {SpeechSynthesizer.SampleRate}.");
        var preprocessing = config.ToPreprocessing();
        var features = new AudioFeatures(preprocessing);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var writer = new BinaryWriter(new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20)))
            {
                int done = 0;
                foreach (var chunk in texts.Index().Chunk(1000))
                {
                    cancellation.ThrowIfCancellationRequested();
                    var spoken = new (string Transcript, Half[] Spectrogram)[chunk.Length];
                    Parallel.For(0, chunk.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
                        spoken[i] = SpectrogramOf(chunk[i].Item, SpeechVoice.Draw(chunk[i].Item.Language, new Random(unchecked((seed * 7_919) + chunk[i].Index))), preprocessing, features));
                    foreach (var (transcript, spectrogram) in spoken)
                    {
                        writer.Write(transcript);
                        writer.Write(spectrogram.Length);
                        writer.Write(MemoryMarshal.AsBytes<Half>(spectrogram));
                    }

                    done += chunk.Length;
                    log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {texts.Count:N0} texts spoken"));
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static (string Transcript, Half[] Spectrogram) SpectrogramOf(SpokenText text, SpeechVoice voice, AudioPreprocessing preprocessing, AudioFeatures features)
    {
        var (samples, phonemes) = SpeechSynthesizer.Speak(text.Text, voice);
        return (phonemes, samples.Length == 0 || samples.Length > preprocessing.WindowSamples ? [] : SpectrogramOf(samples, features));
    }

    /// <summary>The spectrogram of a window's samples, at half precision.</summary>
    public static Half[] SpectrogramOf(float[] samples, AudioFeatures features)
    {
        var values = new float[features.LengthOf(samples.Length)];
        features.Compute(samples, values);
        return Array.ConvertAll(values, value => (Half)value);
    }

    private static SpokenClips Read(string path, IReadOnlyList<SpokenText> texts, int bands)
    {
        using var reader = new BinaryReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20));
        var said = new List<string>(texts.Count);
        var transcripts = new List<string>(texts.Count);
        var spectrograms = new List<Half[]>(texts.Count);
        foreach (var text in texts)
        {
            string transcript = reader.ReadString();
            var clip = new Half[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(clip.AsSpan()));
            if (clip.Length == 0)
                continue;
            said.Add(text.Text);
            transcripts.Add(transcript);
            spectrograms.Add(clip);
        }

        return new SpokenClips(bands, said, transcripts, spectrograms);
    }

    private static string Checksum(IReadOnlyList<SpokenText> texts, SpectrogramConfig config, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(config));
        hash.AppendData(Encoding.UTF8.GetBytes($"|{Format}|{seed}|"));
        foreach (var text in texts)
            hash.AppendData(Encoding.UTF8.GetBytes($"{text.Language}:{text.Text}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
