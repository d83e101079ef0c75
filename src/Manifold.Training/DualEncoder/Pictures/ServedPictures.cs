using Manifold.Encoders;
using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>Pictures as the branches of the picture tower see them when the bundle serves: by the serving decoder and the graph's own first nodes. Thread-safe.</summary>
internal sealed class ServedPictures : IDisposable
{
    private const int BatchSize = 64;
    private readonly ImageDecoder _decoder = new();
    private readonly ImagePreprocessing _preprocessing;
    private readonly OnnxRunner? _trim;
    private readonly int _side;

    public ServedPictures(PicturesConfig config)
    {
        _preprocessing = Preprocessing(config);
        _side = config.Features.Side;
        if (!config.Trim)
            return;
        var graph = new OnnxGraph("trim");
        graph.Output("trimmed", Input(graph, config), OnnxDimension.Free("batch"), OnnxDimension.Fixed(3), OnnxDimension.Fixed(_side), OnnxDimension.Fixed(_side));
        _trim = new OnnxRunner(graph.Write("Cuts away a white border"));
    }

    /// <summary>How serving prepares pictures for the model.</summary>
    public static ImagePreprocessing Preprocessing(PicturesConfig config) => new() { Width = InputSide(config), Height = InputSide(config) };

    /// <summary>Declares the model's input of pixels and adds what comes before the branches.</summary>
    /// <returns>[batch × 3 × side × side], side being that of the features.</returns>
    public static string Input(OnnxGraph graph, PicturesConfig config)
    {
        int side = InputSide(config);
        string pixels = graph.Input(
            "pixels", TensorProto.Types.DataType.Float,
            OnnxDimension.Free("batch"), OnnxDimension.Fixed(3), OnnxDimension.Fixed(side), OnnxDimension.Fixed(side));
        return config.Trim ? BorderTrimGraph.Add(graph, pixels, side, config.Features.Side) : pixels;
    }

    /// <summary>The pixels of encoded pictures, [pictures × 3 × side × side], 0 to 255.</summary>
    /// <param name="contents">The files' bytes.</param>
    /// <exception cref="InvalidContentException">One cannot be decoded.</exception>
    public byte[] Decode(IReadOnlyList<byte[]> contents)
    {
        int input = 3 * _preprocessing.Width * _preprocessing.Height, plane = 3 * _side * _side;
        var pixels = new byte[contents.Count * plane];
        for (int start = 0; start < contents.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, contents.Count - start), first = start;
            var values = new float[count * input];
            Parallel.For(0, count, i => _decoder.Decode(contents[first + i], _preprocessing, values.AsSpan(i * input, input)));
            if (_trim is not null)
                (values, _) = _trim.Run(("pixels", values, [count, 3, _preprocessing.Height, _preprocessing.Width]));
            for (int i = 0; i < count * plane; i++)
                pixels[(start * plane) + i] = (byte)MathF.Round(values[i] * 255);
        }

        return pixels;
    }

    /// <summary>A picture with its transparency, to draw variations of: [side × side × 4].</summary>
    public byte[] DecodeBase(byte[] content, int side)
    {
        var pixels = new byte[4 * side * side];
        _decoder.DecodeRgba(content, side, side, _preprocessing.Fit, _preprocessing.Resample, pixels);
        return pixels;
    }

    public void Dispose() => _trim?.Dispose();

    private static int InputSide(PicturesConfig config) => config.Trim ? 2 * config.Features.Side : config.Features.Side;
}
