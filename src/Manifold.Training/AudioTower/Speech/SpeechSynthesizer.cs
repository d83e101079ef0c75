using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Manifold.Training;

/// <summary>Speaks texts with espeak-ng, a process a text. Thread-safe.</summary>
internal static partial class SpeechSynthesizer
{
    /// <summary>Samples a second of what it says.</summary>
    public const int SampleRate = 22_050;

    private const string Program = "espeak-ng";
    private const int HeaderBytes = 44;

    /// <summary>Says a text.</summary>
    /// <returns>A WAV file: mono, 16 bits, <see cref="SampleRate"/>; and what is in it, in the letters of the International Phonetic Alphabet without stress, length and tone.</returns>
    /// <exception cref="InvalidDataException">The program is not there or failed; the message says what to install.</exception>
    public static (byte[] Wav, string Phonemes) SpeakToWav(string text, SpeechVoice voice)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            ArgumentList = { "-v", voice.Name, "-s", voice.Rate.ToString(CultureInfo.InvariantCulture), "-p", voice.Pitch.ToString(CultureInfo.InvariantCulture), "-b", "1", "--ipa", "--phonout=/dev/stderr", "--stdin", "--stdout" },
        };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(text);
            process.StandardInput.Close();
            using var spoken = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(spoken);
            process.WaitForExit();
            byte[] wav = spoken.ToArray();
            if (process.ExitCode != 0 || wav.Length < HeaderBytes || !wav.AsSpan().StartsWith("RIFF"u8))
                throw new InvalidDataException($"{Program} could not say '{text}' as {voice.Name}: {errors.GetAwaiter().GetResult().Trim()}");

            // It does not know the length when it begins to write.
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), wav.Length - HeaderBytes);
            return (wav, Letters(errors.GetAwaiter().GetResult()));
        }
        catch (Win32Exception e)
        {
            throw new InvalidDataException($"{Program} is not there: it speaks the texts that a tower of sound learns from. Install it (Debian: apt-get install espeak-ng).", e);
        }
    }

    /// <summary>Says a text.</summary>
    /// <returns>Samples from −1 to 1, without the silence around them; and what is in them.</returns>
    /// <exception cref="InvalidDataException">The program is not there or failed.</exception>
    public static (float[] Samples, string Phonemes) Speak(string text, SpeechVoice voice)
    {
        var (file, phonemes) = SpeakToWav(text, voice);
        var wav = file.AsSpan(HeaderBytes);
        var samples = new float[wav.Length / 2];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(wav[(2 * i)..]) / 32768f;
        int first = Array.FindIndex(samples, IsHeard), last = Array.FindLastIndex(samples, IsHeard);
        return (first < 0 ? [] : samples[first..(last + 1)], phonemes);
    }

    // A word of another language is marked by its name in brackets; ː is length, ɜ after a vowel of Chinese a tone.
    private static string Letters(string phonemes) => string.Concat(LanguagePattern().Replace(phonemes, "").Where(letter => char.IsLetter(letter) && letter != 'ː'));

    [GeneratedRegex(@"\([a-z-]+\)")]
    private static partial Regex LanguagePattern();

    private static bool IsHeard(float sample) => MathF.Abs(sample) > 0.002f;
}
