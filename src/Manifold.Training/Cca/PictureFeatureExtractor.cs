using Manifold.Encoders;
using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>Pictures to features, by the serving decoder and by the very sub-graph that the bundle's image model begins with.</summary>
internal sealed class PictureFeatureExtractor : IDisposable
{
    private const int BatchSize = 64;
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
    /// <param name="mirror">Whether to mirror them left to right first.</param>
    public DenseMatrix Extract(IReadOnlyList<Picture> pictures, bool mirror = false)
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
                _decoder.Decode(pictures[first + i].ReadBytes(), _preprocessing, target);
                for (int row = 0; mirror && row < 3 * side; row++)
                    target.Slice(row * side, side).Reverse();
            });
            var (values, _) = _runner.Run(("pixels", pixels, [count, 3, side, side]));
            values.CopyTo(features.Values.AsSpan(start * Count));
        }

        return features;
    }

    public void Dispose() => _runner.Dispose();
}
