using System.Diagnostics;

namespace Manifold.Training;

/// <summary>The demo's recordings and videos: captions that a synthesizer speaks in voices that training never heard, and clips made from stills.</summary>
public static class SampleRecordings
{
    // Penguin, butterfly, elephant, apple, guitar, bicycle, rainbow, fire engine, sunflower, volcano, umbrella, rocket.
    private static readonly string[] Spoken = ["1F427", "1F98B", "1F418", "1F34E", "1F3B8", "1F6B2", "1F308", "1F692", "1F33B", "1F30B", "2602", "1F680"];

    private static readonly string[] Languages = ["en", "fr", "es"];

    private static readonly string[][] Clips = [["1F33B", "1F427"], ["1F30B", "1F98B"], ["1F692", "1F418"], ["1F680", "1F335"], ["1F6B2", "1F34E", "1F308"], ["1F3B8", "1F419"], ["1F42C", "1F352"], ["1F42B", "1F682"]];

    /// <summary>What is asked with: files of <c>queries/</c>, none of which is among the items.</summary>
    private static readonly (string File, string Text, string Language)[] Queries = [("a-yellow-sunflower.ogg", "a yellow sunflower", "en"), ("un-papillon.ogg", "un papillon", "fr")];

    /// <summary>Writes them.</summary>
    /// <param name="folder">The samples' folder.</param>
    /// <param name="corpus">The data.</param>
    /// <returns>The lines of both lists.</returns>
    /// <exception cref="InvalidDataException">espeak-ng or ffmpeg is not there.</exception>
    public static (IReadOnlyList<SampleSound> Sounds, IReadOnlyList<SampleVideo> Videos) Write(string folder, Corpus corpus)
    {
        foreach (string name in (string[])["sounds", "videos", "queries"])
            Directory.CreateDirectory(Path.Combine(folder, name));
        var sounds = new List<SampleSound>();
        foreach (var (number, code) in Spoken.Index())
        {
            string language = Languages[number % Languages.Length], caption = corpus.Emoji.ByCode[code].Labels[language];
            var sound = new SampleSound { Id = $"sound-{code}-{language}", Audio = $"sounds/{code}-{language}.ogg", Caption = caption, Language = language };
            Speak(Path.Combine(folder, sound.Audio), caption, SpeechVoice.HeldOut(language, number));
            sounds.Add(sound);
        }

        foreach (var (number, (file, text, language)) in Queries.Index())
            Speak(Path.Combine(folder, "queries", file), text, SpeechVoice.HeldOut(language, number + 3));
        var pictures = corpus.Style(PictureSource.Fluent);
        var videos = new List<SampleVideo>();
        foreach (var (number, codes) in Clips.Index())
        {
            VideoScene[] scenes = [.. codes.Select(code => new VideoScene(pictures[code], corpus.Emoji.ByCode[code].Labels["en"]))];
            var video = new SampleVideo { Id = $"video-{number + 1}", Video = $"videos/{number + 1}.mp4", Caption = string.Join(", then ", scenes.Select(scene => scene.Caption)) };
            VideoMaker.Write(Path.Combine(folder, video.Video), scenes, number);
            videos.Add(video);
        }

        return (sounds, videos);
    }

    private static void Speak(string path, string text, SpeechVoice voice)
    {
        string wav = path + ".wav";
        File.WriteAllBytes(wav, SpeechSynthesizer.SpeakToWav(text, voice).Wav);
        try
        {
            var start = new ProcessStartInfo("ffmpeg") { RedirectStandardError = true };
            foreach (string argument in (string[])["-nostdin", "-v", "error", "-y", "-i", wav, "-c:a", "libopus", "-b:a", "24k", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", path])
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidDataException($"ffmpeg could not write {path}: {errors.Trim()}");
        }
        finally
        {
            File.Delete(wav);
        }
    }
}
