using System.Numerics.Tensors;
using Manifold.Encoders;
using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>Pictures to features, by the serving decoder and by the very sub-graph that the bundle's image model begins with.</summary>
internal sealed class PictureFeatureExtractor : IDisposable
{
    private const int BatchSize = 64;

    // Drawing styles differ in how much of the square they fill: OpenMoji leaves a margin of a tenth where Noto leaves none.
    private const float VariantMargin = 0.09f;
    private readonly ImageDecoder _decoder = new();
    private readonly ImagePreprocessing _preprocessing;
    private readonly OnnxRunner _runner;

    public PictureFeatureExtractor(PictureFeatureOptions options)
    {
        _preprocessing = CcaBundle.Preprocessing(options);
        var graph = new OnnxGraph("picture-features");
        string pixels = CcaBundle.PixelsInput(graph, options);
        (string features, Count) = PictureFeatureGraph.Add(graph, pixels, options);
        graph.Output("features", features, OnnxDimension.Free("batch"), OnnxDimension.Fixed(Count));
        _runner = new OnnxRunner(graph.Write("HOG and colour features"));
    }

    /// <summary>Features of a picture.</summary>
    public int Count { get; }

    /// <summary>The features [pictures × <see cref="Count"/>] of <paramref name="pictures"/>.</summary>
    /// <param name="pictures">The pictures; each must be decodable.</param>
    /// <param name="variant">Whether to mirror them left to right and to draw them smaller, with a white margin.</param>
    public DenseMatrix Extract(IReadOnlyList<Picture> pictures, bool variant = false)
    {
        var features = new DenseMatrix(pictures.Count, Count);
        int side = _preprocessing.Width, plane = 3 * side * side;
        for (int start = 0; start < pictures.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, pictures.Count - start), first = start;
            var pixels = new float[count * plane];
            Parallel.For(0, count, i =>
            {
                var target = pixels.AsSpan(i * plane, plane);
                byte[] encoded = pictures[first + i].ReadBytes();
                if (variant)
                    DecodeVariant(encoded, target);
                else
                    _decoder.Decode(encoded, _preprocessing, target);
            });
            var (values, _) = _runner.Run(("pixels", pixels, [count, 3, side, side]));
            values.CopyTo(features.Values.AsSpan(start * Count));
        }

        return features;
    }

    /// <summary>The features [pictures × <see cref="Count"/>] of pictures that are decoded already.</summary>
    /// <param name="pixels">[pictures × 3 × side × side], 0 to 255.</param>
    /// <param name="pictures">How many there are.</param>
    public float[] Extract(byte[] pixels, int pictures)
    {
        int side = _preprocessing.Width, plane = 3 * side * side;
        var features = new float[pictures * Count];
        for (int start = 0; start < pictures; start += BatchSize)
        {
            int count = Math.Min(BatchSize, pictures - start);
            var input = new float[count * plane];
            TensorPrimitives.ConvertTruncating<byte, float>(pixels.AsSpan(start * plane, count * plane), input);
            TensorPrimitives.Multiply(input, 1f / 255, input);
            var (values, _) = _runner.Run(("pixels", input, [count, 3, side, side]));
            values.CopyTo(features.AsSpan(start * Count));
        }

        return features;
    }

    private void DecodeVariant(byte[] encoded, Span<float> target)
    {
        int side = _preprocessing.Width, margin = (int)MathF.Round(side * VariantMargin), inner = side - (2 * margin);
        var drawn = new float[3 * inner * inner];
        _decoder.Decode(encoded, _preprocessing with { Width = inner, Height = inner }, drawn);
        target.Fill(1);
        for (int row = 0; row < 3 * inner; row++)
        {
            var source = drawn.AsSpan(row * inner, inner);
            source.Reverse();
            source.CopyTo(target.Slice(((((row / inner) * side) + margin + (row % inner)) * side) + margin, inner));
        }
    }

    public void Dispose() => _runner.Dispose();
}
