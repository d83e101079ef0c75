namespace Manifold.Encoders.Tests;

public sealed class VideoMomentCutterTests
{
    [Theory]
    [InlineData("rrrr", 4, "0-4r")]
    [InlineData("rrrrrrrrrr", 4, "0-4r 4-7r 7-10r")]
    [InlineData("rrrrrrrrrrrrrrrrrrrr", 4, "0-4r 4-8r 8-12r 12-16r 16-20r")]
    [InlineData("rrrrrggg", 10, "0-5r 5-8g")]
    [InlineData("rrrgrrr", 10, "0-3r 3-7r")]
    [InlineData("rrrggrrr", 10, "0-3r 3-5g 5-8r")]
    [InlineData("rrrrrr123gggggg", 20, "0-6r 6-15g")]
    [InlineData("r", 10, "0-1r")]
    public void Add_FramesOfColours_CutsWhereTheyChangeAndByTime(string colours, int length, string expected)
    {
        // A letter is a frame a second; digits are steps of a cross-fade from red to green. A scene has at least two frames.
        var cutter = new VideoMomentCutter(1, length, 0.1, 2, standing: 1);
        List<VideoMoment> moments = [];
        foreach ((int i, char colour) in colours.Index())
            moments.AddRange(cutter.Add(Frame(colour, i)));
        moments.AddRange(cutter.Finish(null));
        Assert.Equal(expected, string.Join(' ', moments.Select(m => $"{m.StartSeconds}-{m.EndSeconds}{NameOf(Assert.Single(m.Frames))}")));
    }

    [Theory]
    [InlineData(1, 1, "0")]
    [InlineData(9, 1, "4")]
    [InlineData(9, 3, "1 4 7")]
    [InlineData(2, 3, "0 1")]
    [InlineData(10, 4, "1 3 6 8")]
    public void Moment_OfSomeFrames_IsStoodForByTheMiddlesOfEqualParts(int frames, int standing, string expected)
    {
        var cutter = new VideoMomentCutter(1, 20, 0.1, 2, standing);
        for (int i = 0; i < frames; i++)
            cutter.Add(Frame('r', i));
        Assert.Equal(expected, string.Join(' ', Assert.Single(cutter.Finish(null)).Frames.Select(frame => frame.Seconds)));
    }

    [Theory]
    [InlineData(2.4, 2.4)]
    [InlineData(7.0, 3)]
    [InlineData(1.0, 3)]
    public void Finish_LengthThatIsKnown_EndsThereIfItCanBe(double said, double end)
    {
        var cutter = new VideoMomentCutter(1, 10, 0.1, 2, standing: 1);
        for (int i = 0; i < 3; i++)
            cutter.Add(Frame('r', i));
        Assert.Equal(end, Assert.Single(cutter.Finish(said)).EndSeconds);
    }

    [Fact]
    public void Histogram_OfAnyFrame_AddsUpToOneAndIgnoresPlaces()
    {
        byte[] pixels = new byte[3 * 640 * 480];
        new Random(3).NextBytes(pixels);
        float[] histogram = ColourHistogram.Of(new VideoFrame(pixels, 640, 480, 0));
        Assert.Equal(1, histogram.Sum(), 1e-3);
        byte[] mirrored = [.. pixels.Chunk(3).Reverse().SelectMany(p => p)];
        Assert.InRange(ColourHistogram.Distance(histogram, ColourHistogram.Of(new VideoFrame(mirrored, 640, 480, 0))), 0, 0.05);
        Assert.Equal(1, ColourHistogram.Distance(ColourHistogram.Of(Frame('r', 0)), ColourHistogram.Of(Frame('g', 0))), 1e-6);
    }

    private static VideoFrame Frame(char colour, double seconds)
    {
        byte step = char.IsDigit(colour) ? (byte)(64 * (colour - '0')) : colour == 'r' ? (byte)0 : (byte)255;
        return new VideoFrame([.. Enumerable.Repeat((byte[])[(byte)(255 - step), step, 0], 64).SelectMany(p => p)], 8, 8, seconds);
    }

    private static char NameOf(VideoFrame frame) => frame.Rgb[0] > 200 ? 'r' : frame.Rgb[1] > 200 ? 'g' : '?';
}
