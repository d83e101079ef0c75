using Microsoft.ML.OnnxRuntime;

namespace Manifold.Training.Onnx;

/// <summary>Runs a model that was written here on ONNX Runtime's CPU provider: the same kernels as serving uses. Thread-safe.</summary>
internal sealed class OnnxRunner : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxRunner(byte[] model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // A thread that waits must not spin: decoding and sparse products of the trainer run on the same cores.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model, options);
    }

    /// <summary>Runs the model and copies its first output.</summary>
    /// <param name="inputs">Name, data and shape of each input; the data is not copied.</param>
    /// <returns>The output's values and shape.</returns>
    public (float[] Values, long[] Shape) Run(params (string Name, Array Data, long[] Shape)[] inputs)
    {
        var values = new List<OrtValue>(inputs.Length);
        try
        {
            foreach (var (_, data, shape) in inputs)
            {
                values.Add(data switch
                {
                    float[] floats => OrtValue.CreateTensorValueFromMemory(floats, shape),
                    long[] longs => OrtValue.CreateTensorValueFromMemory(longs, shape),
                    _ => throw new ArgumentException($"{data.GetType()} is not an input type of these models.", nameof(inputs)),
                });
            }

            using var run = new RunOptions();
            using var outputs = _session.Run(run, [.. inputs.Select(input => input.Name)], values, _session.OutputNames);
            return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();
}
