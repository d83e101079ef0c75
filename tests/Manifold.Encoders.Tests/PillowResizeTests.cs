using System.Text.Json;
using NetVips;

namespace Manifold.Encoders.Tests;

/// <summary>The resize of published image processors, held to what Pillow made: <c>Reference/pillow_resize.py</c>.</summary>
public sealed class PillowResizeTests
{
    private static readonly JsonElement[] Cases = Read();

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Decode_AsPillow_IsEqualToTheByte(int number)
    {
        JsonElement reference = Cases[number];
        byte[] expected = reference.GetProperty("rgb").GetBytesFromBase64();
        int[] differences = Differences(reference, Resampler.Pillow, expected);
        Assert.All(differences, d => Assert.Equal(0, d));
    }

    [Fact]
    public void Decode_WithOneRounding_IsNearAndNotTheSame()
    {
        int[] differences = Differences(Cases[0], Resampler.Float, Cases[0].GetProperty("rgb").GetBytesFromBase64());
        Assert.InRange(differences.Max(), 1, 4);
    }

    [Fact]
    public void Decode_Scaling_IsRescaleThenMeanThenStd()
    {
        // One grey pixel of 51: (51/255 − 0.48145466) / 0.26862954 and so on, with CLIP's constants.
        using Image grey = TestImages.Rgb([51, 51, 51], 1, 1, 3);
        float[] pixels = new float[3];
        new ImageDecoder().Decode(grey.PngsaveBuffer(), new ImagePreprocessing
        {
            Width = 1,
            Height = 1,
            Fit = ImageFit.CenterCrop,
            ShortestEdge = 1,
            Mean = [0.48145466, 0.4578275, 0.40821073],
            Std = [0.26862954, 0.26130258, 0.27577711],
        }, pixels);
        Assert.Equal([-1.0477428f, -0.98670093f, -0.75499642f], pixels, (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    private static int[] Differences(JsonElement reference, Resampler resampler, byte[] expected)
    {
        int sourceWidth = reference.GetProperty("sourceWidth").GetInt32(), sourceHeight = reference.GetProperty("sourceHeight").GetInt32();
        using Image source = TestImages.Rgb(Noise(3 * sourceWidth * sourceHeight), sourceWidth, sourceHeight, 3);
        JsonElement edge = reference.GetProperty("edge");
        var preprocessing = new ImagePreprocessing
        {
            Width = reference.GetProperty("width").GetInt32(),
            Height = reference.GetProperty("height").GetInt32(),
            Fit = Enum.Parse<ImageFit>(reference.GetProperty("fit").GetString()!, ignoreCase: true),
            ShortestEdge = edge.ValueKind == JsonValueKind.Null ? null : edge.GetInt32(),
            Resample = Enum.Parse<ResampleFilter>(reference.GetProperty("filter").GetString()!, ignoreCase: true),
            Resampler = resampler,
            Scale = 1,
        };
        float[] planes = new float[expected.Length];
        new ImageDecoder().Decode(source.PngsaveBuffer(), preprocessing, planes);
        int plane = preprocessing.Width * preprocessing.Height;
        return [.. expected.Select((value, i) => Math.Abs(value - (int)planes[(i % 3 * plane) + (i / 3)]))];
    }

    private static byte[] Noise(int length)
    {
        uint state = 1;
        byte[] values = new byte[length];
        for (int i = 0; i < length; i++)
        {
            state = (1664525 * state) + 1013904223;
            values[i] = (byte)(state >> 24);
        }

        return values;
    }

    private static JsonElement[] Read()
    {
        using Stream stream = typeof(PillowResizeTests).Assembly.GetManifestResourceStream("pillow_resize.json")!;
        using JsonDocument json = JsonDocument.Parse(stream);
        return [.. json.RootElement.Clone().GetProperty("cases").EnumerateArray()];
    }
}
