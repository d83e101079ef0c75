using NetVips;

namespace Manifold.Encoders.Tests;

/// <summary>Recordings through a pool whose picture tower says which of red, green and blue, and whose audio tower which of low, middle and high.</summary>
public sealed class MediaEncoderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAudio_ThreeTones_HasAMomentForEachAndTheirMean()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder);
        byte[] sound = TestMedia.Make("wav", "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*if(lt(t,4),250,if(lt(t,6),1300,3000)))':d=10:s=8000");
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfAudio(sound), Cancelled);
        Assert.Equal([(0, 2), (2, 4), (4, 6), (6, 8), (8, 10)], encoded.Moments.Select(m => (m.StartSeconds, m.EndSeconds)));
        Assert.Equal([0, 0, 1, 2, 2], encoded.Moments.Select(m => IndexOfMax(m.Vector)));
        float[] mean = [.. Enumerable.Range(0, 3).Select(d => encoded.Moments.Average(m => m.Vector[d]))];
        OnnxModel.TryNormalize(mean);
        Assert.Equal(mean.Select(m => (double)m), encoded.Vector.Select(m => (double)m), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(encoded.Vector, await pool.EncodeAsync("tests", Content.OfAudio(sound), Cancelled));
    }

    [Fact]
    public async Task EncodeAudio_LongPauses_HaveNoMoment()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder);
        byte[] sound = TestMedia.Make("wav", "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*250)*lt(mod(t,6),2)':d=12:s=8000");
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfAudio(sound), Cancelled);
        Assert.Equal([0, 6], encoded.Moments.Select(m => m.StartSeconds));
    }

    [Fact]
    public async Task EncodeAudio_MoreMomentsThanTheLimit_AreJoined()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder, o => o.MaxMoments = 8);
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfAudio(TestMedia.Tone(440, 61)), Cancelled);
        Assert.InRange(encoded.Moments.Count, 3, 8);
        Assert.Equal((0, 61), (encoded.Moments[0].StartSeconds, encoded.Moments[^1].EndSeconds));
    }

    [Fact]
    public async Task EncodeVideo_ScenesWithSound_HaveMomentsOfBothAndOneWhole()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder);
        byte[] video = TestMedia.Scenes(["red", "lime", "blue"], 4, 0, "mp4", "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*if(lt(t,6),250,3000))':d=12", "-map", "3:a", "-c:a", "aac");
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfVideo(video), Cancelled);
        Moment[] pictures = [.. encoded.Moments.Take(3)], sounds = [.. encoded.Moments.Skip(3)];
        Assert.Equal([0, 4, 8], pictures.Select(m => m.StartSeconds), Near(0.26));
        Assert.Equal([4, 8, 12], pictures.Select(m => m.EndSeconds), Near(0.26));
        Assert.Equal([0, 1, 2], pictures.Select(m => IndexOfMax(m.Vector)));
        Assert.Equal([0, 0, 0, 2, 2, 2], sounds.Take(6).Select(m => IndexOfMax(m.Vector)));
        Assert.All(encoded.Moments, m => Assert.Equal(1, m.Vector.Sum(v => (double)v * v), 1e-5));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task EncodeVideo_CrossFades_AreCutsAllTheSame(double fade)
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder, o => o.MomentLength = TimeSpan.FromSeconds(8));
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfVideo(TestMedia.Scenes(["red", "lime", "blue"], 5, fade)), Cancelled);
        Assert.Equal([0, 1, 2], encoded.Moments.Select(m => IndexOfMax(m.Vector)));
        Assert.Equal([0, 5 - fade, 10 - fade], encoded.Moments.Select(m => m.StartSeconds), Near(fade + 0.26));
    }

    [Fact]
    public async Task EncodeVideo_SceneOfASamplePicture_IsNearThatPicture()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder);
        byte[] video = TestMedia.Make("mp4", "-f", "lavfi", "-i", "color=0x4080C0:s=90x60:r=10:d=2", "-c:v", "libx264");
        using Image still = TestImages.Rgb([0x40, 0x80, 0xC0], 1, 1, 3);
        float[] picture = await pool.EncodeAsync("tests", Content.OfImage(still.PngsaveBuffer()), Cancelled);

        // The frame is letterboxed as a picture of 90 x 60 would be.
        using Image stretched = still.Resize(90, vscale: 60, kernel: Enums.Kernel.Nearest);
        float[] same = await pool.EncodeAsync("tests", Content.OfImage(stretched.PngsaveBuffer()), Cancelled);
        float[] whole = await pool.EncodeAsync("tests", Content.OfVideo(video), Cancelled);
        Assert.Equal(same.Select(v => (double)v), whole.Select(v => (double)v), (a, b) => Math.Abs(a - b) < 0.01);
        Assert.NotEqual(picture, whole);
    }

    [Fact]
    public async Task EncodeVideo_SilentSoundTrack_IsEncodedByItsPictures()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder);
        byte[] video = TestMedia.Scenes(["red"], 3, 0, "mp4", "-f", "lavfi", "-i", "anullsrc=d=3", "-map", "1:a", "-c:a", "aac", "-shortest");
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfVideo(video), Cancelled);
        Assert.Equal(0, IndexOfMax(Assert.Single(encoded.Moments).Vector));
    }

    [Fact]
    public async Task EncodeVideo_BlackScene_LeavesTheRest()
    {
        // The picture tower has no direction for black.
        using TestBundle stretched = new(change: m => m with { Towers = m.Towers with { Image = m.Towers.Image! with { Preprocessing = new ImagePreprocessing { Width = 8, Height = 8, Fit = ImageFit.Stretch } } } });
        await using EncoderPool pool = Pool(stretched);
        byte[] video = TestMedia.Make("mkv", "-f", "lavfi", "-i", "color=black:s=64x64:r=10:d=3", "-f", "lavfi", "-i", "color=blue:s=64x64:r=10:d=3", "-filter_complex", "concat=n=2,format=bgr0", "-c:v", "ffv1");
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfVideo(video), Cancelled);
        Moment moment = Assert.Single(encoded.Moments);
        Assert.Equal((3, 2), (moment.StartSeconds, IndexOfMax(moment.Vector)));
    }

    [Fact]
    public async Task EncodeMany_BadRecordingsAmongGoodOnes_FailAlone()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder);
        byte[] tone = TestMedia.Tone(440, 3), video = TestMedia.Scenes(["red"], 2);
        (Content Content, string? Error)[] items =
        [
            (Content.OfAudio(tone), null),
            (Content.OfAudio(TestMedia.Make("wav", "-f", "lavfi", "-i", "anullsrc=d=3")), "silent from beginning to end"),
            (Content.OfAudio(video), "there is no audio stream"),
            (Content.OfVideo(tone), null),
            (Content.OfVideo(video.AsMemory(0, video.Length / 2)), "cannot be decoded"),
            (Content.OfAudio("just text"u8.ToArray()), "not a recording of a known format"),
            (Content.OfAudio(default), "empty"),
            (Content.OfText("red apple"), null),
            (Content.OfVideo(video), null),
        ];
        IReadOnlyList<EncodeOutcome> outcomes = await pool.EncodeManyAsync("tests", [.. items.Select(i => i.Content)], Cancelled);
        foreach ((EncodeOutcome outcome, (Content _, string? error)) in outcomes.Zip(items))
        {
            Assert.Equal(error is null, outcome.Vector is not null);
            if (error is not null)
                Assert.Contains(error, Assert.IsType<InvalidContentException>(outcome.Error).Message);
        }
    }

    [Fact]
    public async Task EncodeMany_WithoutFfmpeg_TextsAndPicturesWork()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder, o => o.Ffmpeg = "no-such-ffmpeg");
        using Image red = TestImages.Rgb([255, 0, 0], 1, 1, 3);
        IReadOnlyList<EncodeOutcome> outcomes = await pool.EncodeManyAsync(
            "tests", [Content.OfText("apple"), Content.OfAudio(TestMedia.Tone(440, 1)), Content.OfImage(red.PngsaveBuffer())], Cancelled);
        Assert.NotNull(outcomes[0].Vector);
        Assert.Contains("Install it", Assert.IsType<MediaToolMissingException>(outcomes[1].Error).Message);
        Assert.NotNull(outcomes[2].Vector);
    }

    [Fact]
    public async Task Encode_BundleWithoutAudioTower_TakesVideosPicturesOnly()
    {
        using var folder = new TestBundle();
        await using EncoderPool pool = Pool(folder);
        byte[] video = TestMedia.Scenes(["red"], 2, 0, "mp4", "-f", "lavfi", "-i", "sine=d=2", "-map", "1:a", "-c:a", "aac");
        Assert.Single((await pool.EncodeWithMomentsAsync("tests", Content.OfVideo(video), Cancelled)).Moments);
        UnknownBundleException e = await Assert.ThrowsAsync<UnknownBundleException>(() => pool.EncodeAsync("tests", Content.OfAudio(video), Cancelled));
        Assert.Contains("does not encode audio", e.Message);
    }

    [Fact]
    public async Task Encode_CancelledMidway_EndsAndFreesItsPlace()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder, o => (o.MediaProcesses, o.MediaFolder) = (1, Path.Combine(folder.Folder, "media")));
        byte[] hour = TestMedia.Make("wav", "-f", "lavfi", "-i", "anoisesrc=r=8000:a=0.1:d=3600", "-c:a", "pcm_s16le");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.EncodeAsync("tests", Content.OfAudio(hour), stop.Token));
        Assert.NotNull(await pool.EncodeAsync("tests", Content.OfAudio(TestMedia.Tone(440, 1)), Cancelled));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Folder, "media")));
    }

    [Fact]
    public async Task EncodeAudio_FullQueue_WaitsForRoom()
    {
        using TestBundle folder = TestBundle.WithAudio();
        await using EncoderPool pool = Pool(folder, o => o.MaxQueueLength = 2);
        EncodedContent encoded = await pool.EncodeWithMomentsAsync("tests", Content.OfAudio(TestMedia.Tone(440, 100)), Cancelled);
        Assert.Equal(50, encoded.Moments.Count);
    }

    [Fact]
    public async Task Encode_ModelOfSamples_GetsThem()
    {
        using var folder = new TestBundle(audioModel: OnnxFile.Waveform(), change: m => m with
        {
            Towers = m.Towers with
            {
                Audio = new AudioTower
                {
                    Model = "audio.onnx",
                    Inputs = new AudioTowerInputs { Waveform = "waveform" },
                    Output = "embedding",
                    Preprocessing = new AudioPreprocessing { SampleRate = 8000, WindowSeconds = 1, Length = AudioLength.Variable },
                },
            },
        });
        await using EncoderPool pool = Pool(folder);
        byte[] sound = TestMedia.Make("wav", "-f", "lavfi", "-i", "aevalsrc=0.5*sin(2*PI*500*t):d=0.8:s=8000");
        float[] vector = await pool.EncodeAsync("tests", Content.OfAudio(sound), Cancelled);
        Assert.Equal([Math.Sqrt(0.5), -Math.Sqrt(0.5), 0], vector.Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void EncodeAudio_WindowsOfSeveralLengths_AreEachAsIfAlone()
    {
        using TestBundle folder = TestBundle.WithAudio(p => p with { Length = AudioLength.Variable });
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        ReadOnlyMemory<float>[] windows = [.. new[] { 16000, 5000, 16000, 100, 5000 }.Select((n, i) => (ReadOnlyMemory<float>)Enumerable.Range(0, n).Select(t => MathF.Sin(t * 0.1f * (i + 1))).ToArray())];
        float[][] together = encoder.EncodeAudio(windows);
        for (int i = 0; i < windows.Length; i++)
            Assert.Equal(encoder.EncodeAudio([windows[i]])[0].Select(v => (double)v), together[i].Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private static EncoderPool Pool(TestBundle folder, Action<EncoderOptions>? change = null)
    {
        var options = new EncoderOptions { BundleFolders = [folder.Folder] };
        change?.Invoke(options);
        return new EncoderPool(options);
    }

    private static int IndexOfMax(float[] vector) => Array.IndexOf(vector, vector.Max());

    private static Func<double, double, bool> Near(double tolerance) => (a, b) => Math.Abs(a - b) <= tolerance;
}
