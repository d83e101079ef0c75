using System.Text;

namespace Manifold.Encoders.Tests;

public sealed class MediaDecoderTests
{
    private static readonly AudioPreprocessing Mono16 = new() { SampleRate = 16000, WindowSeconds = 1 };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("wav", "-ar", "8000")]
    [InlineData("wav", "-ar", "11025")]
    [InlineData("wav", "-ar", "22050", "-c:a", "pcm_u8")]
    [InlineData("wav", "-ar", "44100", "-ac", "2")]
    [InlineData("wav", "-ar", "96000", "-c:a", "pcm_s24le")]
    [InlineData("wav", "-c:a", "pcm_f32le", "-ac", "1")]
    [InlineData("flac", "-af", "pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0")]
    [InlineData("mp3", "-ar", "44100", "-ac", "2")]
    [InlineData("m4a", "-c:a", "aac")]
    [InlineData("ogg", "-c:a", "libvorbis")]
    [InlineData("opus", "-c:a", "libopus")]
    [InlineData("webm", "-c:a", "libopus")]
    [InlineData("mkv", "-c:a", "ac3", "-ac", "6")]
    [InlineData("aiff")]
    public async Task ReadAudio_AnyRateLayoutAndContainer_GivesTheToneInMono(string extension, params string[] arguments)
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Tone(1000, 3, extension, arguments));
        AudioWindow[] windows = await ReadAsync(file, Mono16);
        Assert.Equal(3, windows[^1].EndSeconds, 0.1);
        Assert.All(windows, w => Assert.Equal(16000, w.Samples.Length));
        float[] middle = windows[1].Samples;
        Assert.InRange(1000 * (Energy(middle, 1000) / middle.Sum(s => (double)s * s)), 970, 1001);
    }

    [Fact]
    public async Task ReadAudio_LevelOfAFullScaleTone_IsKept()
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Make("wav", "-f", "lavfi", "-i", "aevalsrc=0.5*sin(2*PI*500*t):d=1:s=16000"));
        AudioWindow[] windows = await ReadAsync(file, Mono16);
        Assert.Equal(0.5, windows[0].Samples.Max(), 1e-3);
        Assert.False(windows[0].IsSilent);
    }

    [Fact]
    public async Task ReadAudio_SoundThatBeginsLateInAVideo_KeepsItsTime()
    {
        byte[] video = TestMedia.Scenes(["red"], 4, 0, "mkv", "-itsoffset", "2", "-f", "lavfi", "-i", "sine=f=1000:d=2", "-map", "1:a", "-c:a", "pcm_s16le");
        using MediaFile file = await TestMedia.FileAsync(video);
        AudioWindow[] windows = await ReadAsync(file, Mono16);

        // Resampling rings a little before the first sample.
        Assert.Equal([true, true, false, false], windows.Select(w => w.Samples.Average(s => s * s) < 1e-6));
        Assert.True(windows[0].IsSilent);
    }

    [Fact]
    public async Task Probe_SongWithACover_HasNoVideo()
    {
        byte[] song = TestMedia.Make(
            "mp3", "-f", "lavfi", "-i", "sine=d=2", "-f", "lavfi", "-i", "color=red:s=64x64:d=0.04", "-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic");
        using MediaFile file = await TestMedia.FileAsync(song);
        MediaProbe probe = await new MediaDecoder().ProbeAsync(file, Cancelled);
        Assert.Null(probe.Video);
        Assert.Equal("mp3", probe.Audio!.Codec);
    }

    [Fact]
    public async Task ReadFrames_TwoScenes_AreAtTheirTimes()
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Scenes(["red", "blue"], 3));
        (MediaProbe probe, VideoFrame[] frames) = await FramesAsync(file, TimeSpan.FromSeconds(0.5));
        Assert.Equal((160, 120), (probe.Video!.Width, probe.Video.Height));
        Assert.Equal(12, frames.Length);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i * 0.5), frames.Select(f => f.Seconds));
        Assert.All(frames, f => Assert.Equal((64, 48), (f.Width, f.Height)));
        Assert.All(frames[..6], f => Assert.InRange(f.Rgb[0], 200, 255));
        Assert.All(frames[6..], f => Assert.InRange(f.Rgb[2], 200, 255));
    }

    [Fact]
    public async Task ReadFrames_TurnedVideoWithWidePixels_ComesAsItIsShown()
    {
        byte[] upright = TestMedia.Make("mp4", "-f", "lavfi", "-i", "color=red:s=160x120:d=1", "-vf", "setsar=2", "-c:v", "libx264");
        string path = Path.Combine(Path.GetTempPath(), $"manifold-test-{Guid.NewGuid():N}.mp4");
        await File.WriteAllBytesAsync(path, upright, Cancelled);
        byte[] turned = TestMedia.Make("mp4", "-i", path, "-c", "copy", "-metadata:s:v", "rotate=90");
        File.Delete(path);
        using MediaFile file = await TestMedia.FileAsync(turned);
        MediaProbe probe = await new MediaDecoder().ProbeAsync(file, Cancelled);
        Assert.Equal((120, 320), (probe.Video!.Width, probe.Video.Height));
    }

    [Fact]
    public async Task ReadFrames_OneFrameOfOnePixel_IsAFrame()
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Make("mkv", "-f", "lavfi", "-i", "color=red:s=16x16:r=1:d=1", "-vf", "format=bgr0,scale=1:1", "-c:v", "ffv1", "-pix_fmt", "bgr0", "-frames:v", "1"));
        (_, VideoFrame[] frames) = await FramesAsync(file, TimeSpan.FromSeconds(0.5));
        Assert.NotEmpty(frames);
        Assert.Equal((1, 1), (frames[0].Width, frames[0].Height));
        Assert.InRange(frames[0].Rgb[0], 250, 255);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("RIFF", "not a recording of a known format")]
    [InlineData("This is a text whose name ends in .mp3, and no recording.", "not a recording of a known format")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/hostname\n#EXT-X-ENDLIST\n", "not a recording of a known format")]
    [InlineData("ID3\u0004 but then no frame of MPEG audio at all follows, only text.", "cannot be decoded")]
    [InlineData("OggSomething else entirely, which is longer than the beginning.", "cannot be decoded")]
    public async Task Probe_WhatIsNoRecording_IsRefused(string content, string reason)
    {
        InvalidContentException e = await Assert.ThrowsAsync<InvalidContentException>(async () =>
        {
            using MediaFile file = await TestMedia.FileAsync(Encoding.Latin1.GetBytes(content));
            await new MediaDecoder().ProbeAsync(file, Cancelled);
        });
        Assert.Contains(reason, e.Message);
        Assert.DoesNotContain(Path.GetTempPath(), e.Message);
    }

    [Theory]
    [InlineData("concat", "ffconcat version 1.0\nfile '{0}'\n")]
    [InlineData("hls", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n")]
    public async Task Ffmpeg_PlaylistThatNamesAnotherFile_DoesNotOpenIt(string kind, string playlist)
    {
        string folder = Directory.CreateTempSubdirectory("manifold-test-").FullName;
        string secret = Path.Combine(folder, "secret.ts"), crafted = Path.Combine(folder, "crafted");
        await File.WriteAllBytesAsync(secret, TestMedia.Tone(440, 1, "ts"), Cancelled);

        // Past our own check of the first bytes: ffmpeg's list has to hold by itself.
        await File.WriteAllBytesAsync(crafted, TestMedia.Tone(440, 1), Cancelled);
        using MediaFile file = MediaFile.At(crafted);
        await File.WriteAllTextAsync(crafted, string.Format(System.Globalization.CultureInfo.InvariantCulture, playlist, kind == "concat" ? "secret.ts" : secret), Cancelled);
        await Assert.ThrowsAsync<InvalidContentException>(() => new MediaDecoder().ProbeAsync(file, Cancelled));
        await Assert.ThrowsAsync<InvalidContentException>(() => ReadAsync(file, Mono16, new MediaProbe("any", null, new AudioTrack(0, "mp2", 48000, 1, null), null)));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("wav")]
    [InlineData("flac")]
    [InlineData("m4a")]
    [InlineData("mkv")]
    public async Task ReadAudio_FileThatIsCutOff_IsRefused(string extension)
    {
        byte[] whole = TestMedia.Tone(440, 20, extension);
        InvalidContentException e = await Assert.ThrowsAsync<InvalidContentException>(async () =>
        {
            using MediaFile file = await TestMedia.FileAsync(whole[..(whole.Length / 2)]);
            await ReadAsync(file, Mono16);
        });
        Assert.Matches("cut off|cannot be decoded", e.Message);
    }

    [Fact]
    public async Task ReadFrames_VideoThatIsCutOff_IsRefused()
    {
        byte[] early = TestMedia.Scenes(["red", "green", "blue"], 5, 0, "mp4", "-movflags", "+faststart"), late = TestMedia.Scenes(["red", "green", "blue"], 5);
        using (MediaFile file = await TestMedia.FileAsync(early[..(early.Length / 2)]))
            Assert.Contains("cut off", (await Assert.ThrowsAsync<InvalidContentException>(() => FramesAsync(file, TimeSpan.FromSeconds(0.5)))).Message);
        using (MediaFile file = await TestMedia.FileAsync(late[..(late.Length / 2)]))
            Assert.Contains("moov atom not found", (await Assert.ThrowsAsync<InvalidContentException>(() => FramesAsync(file, TimeSpan.FromSeconds(0.5)))).Message);
    }

    [Fact]
    public async Task ReadAudio_SpeechThatWasStreamed_IsWhole()
    {
        // The header of such a file does not know its length.
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Speech("A red apple lies on the table, and a dog barks."));
        AudioWindow[] windows = await ReadAsync(file, Mono16);
        Assert.InRange(windows[^1].EndSeconds, 2, 6);
        Assert.All(windows, w => Assert.False(w.IsSilent));
        Assert.InRange(Math.Sqrt(windows[0].Samples.Average(s => s * s)), 0.01, 0.5);
    }

    [Fact]
    public async Task ReadAudio_FileWithoutSound_SaysSo()
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Scenes(["red"], 1));
        Assert.Contains("no sound", (await Assert.ThrowsAsync<InvalidContentException>(() => ReadAsync(file, Mono16))).Message);
    }

    [Fact]
    public async Task ReadAudio_WavWithoutSamples_SaysSo()
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Tone(440, 1)[..44] is var header && BitConverter.TryWriteBytes(header.AsSpan(4), 36) && BitConverter.TryWriteBytes(header.AsSpan(40), 0) ? header : []);
        await Assert.ThrowsAsync<InvalidContentException>(() => ReadAsync(file, Mono16));
    }

    [Fact]
    public async Task ReadAudio_LongerThanTheLimit_IsRefused()
    {
        var limits = new MediaLimits { MaxDuration = TimeSpan.FromSeconds(2) };
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Tone(440, 3));
        Assert.Contains("longer than", (await Assert.ThrowsAsync<InvalidContentException>(() => new MediaDecoder(limits).ProbeAsync(file, Cancelled))).Message);
        MediaProbe lie = new("wav", 1, new AudioTrack(0, "pcm_s16le", 48000, 1, 1), null);
        Assert.Contains("longer than", (await Assert.ThrowsAsync<InvalidContentException>(() => ReadAsync(file, Mono16, lie, limits))).Message);
    }

    [Fact]
    public async Task Probe_WithoutFfmpeg_SaysWhatToInstall()
    {
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Tone(440, 1));
        var decoder = new MediaDecoder(new MediaLimits { Ffmpeg = "/nowhere/ffmpeg" });
        MediaToolMissingException e = await Assert.ThrowsAsync<MediaToolMissingException>(() => decoder.ProbeAsync(file, Cancelled));
        Assert.Contains("/nowhere/ffprobe", e.Message);
        Assert.Contains("apt-get install ffmpeg", e.Message);
        Assert.Contains("Manifold:Encoders:Ffmpeg", e.Message);
    }

    [Fact]
    public async Task ReadAudio_ProgramThatGivesNothing_IsEndedAfterTheTimeout()
    {
        string folder = Directory.CreateTempSubdirectory("manifold-test-").FullName, script = Path.Combine(folder, "ffmpeg");
        await File.WriteAllTextAsync(script, "#!/bin/sh\nexec sleep 600\n", Cancelled);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using MediaFile file = await TestMedia.FileAsync(TestMedia.Tone(440, 1));
        MediaProbe probe = new("wav", 1, new AudioTrack(0, "pcm_s16le", 48000, 1, 1), null);
        var limits = new MediaLimits { Ffmpeg = script, StallTimeout = TimeSpan.FromSeconds(0.3) };
        Assert.Contains("gave nothing", (await Assert.ThrowsAsync<InvalidContentException>(() => ReadAsync(file, Mono16, probe, limits))).Message);

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (AudioWindow window in new MediaDecoder(limits with { StallTimeout = TimeSpan.FromMinutes(5) }).ReadAudioAsync(file, probe, Mono16, stop.Token))
                Assert.Fail("there is nothing to read");
        });
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task TemporaryFile_IsGoneWithItsObject_AndOnlyItsUsersToRead()
    {
        MediaFile file = await TestMedia.FileAsync(TestMedia.Tone(440, 1));
        Assert.True(File.Exists(file.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
        file.Dispose();
        Assert.False(File.Exists(file.Path));
    }

    private static Task<AudioWindow[]> ReadAsync(MediaFile file, AudioPreprocessing preprocessing) => ReadAsync(file, preprocessing, null);

    private static async Task<AudioWindow[]> ReadAsync(MediaFile file, AudioPreprocessing preprocessing, MediaProbe? probe, MediaLimits? limits = null)
    {
        var decoder = new MediaDecoder(limits);
        var windows = new List<AudioWindow>();
        IAsyncEnumerable<AudioWindow> read = probe is null ? decoder.ReadAudioAsync(file, preprocessing, Cancelled) : decoder.ReadAudioAsync(file, probe, preprocessing, Cancelled);
        await foreach (AudioWindow window in read)
            windows.Add(window);
        return [.. windows];
    }

    private static async Task<(MediaProbe Probe, VideoFrame[] Frames)> FramesAsync(MediaFile file, TimeSpan interval)
    {
        var decoder = new MediaDecoder();
        MediaProbe probe = await decoder.ProbeAsync(file, Cancelled);
        var frames = new List<VideoFrame>();
        await foreach (VideoFrame frame in decoder.ReadFramesAsync(file, probe, new ImagePreprocessing { Width = 32, Height = 32 }, interval, Cancelled))
            frames.Add(frame);
        return (probe, [.. frames]);
    }

    /// <summary>The energy of a tone in samples at 16 kHz.</summary>
    private static double Energy(float[] samples, double hertz)
    {
        double re = 0, im = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * hertz * i / 16000);
            re += samples[i] * cos;
            im += samples[i] * sin;
        }

        return 2 * ((re * re) + (im * im)) / samples.Length;
    }
}
