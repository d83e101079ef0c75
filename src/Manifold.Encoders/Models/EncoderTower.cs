namespace Manifold.Encoders;

/// <summary>
/// One modality of one bundle on one device, in two stages: <see cref="Prepare"/> is CPU work on one item, <see cref="Run"/> is the
/// model on a batch. Both are thread-safe.
/// </summary>
internal abstract class EncoderTower(string bundle, Modality modality) : IDisposable
{
    public string Bundle { get; } = bundle;

    public Modality Modality { get; } = modality;

    /// <summary>Refuses at once what is too large or empty, before it takes a place in a queue.</summary>
    /// <exception cref="InvalidContentException">It cannot be encoded.</exception>
    public abstract void CheckSize(Content content);

    /// <summary>Turns one item into model input, which the caller disposes of.</summary>
    /// <exception cref="InvalidContentException">It cannot be encoded.</exception>
    public abstract PreparedContent Prepare(Content content);

    /// <summary>Runs the model.</summary>
    /// <returns>For each item its vector of length 1, or null where the model's row has no direction (all zero or not finite).</returns>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    public float[]?[] Run(IReadOnlyList<PreparedContent> batch)
    {
        float[]?[] rows = RunModel(batch);
        for (int i = 0; i < rows.Length; i++)
        {
            if (!OnnxModel.TryNormalize(rows[i]))
                rows[i] = null;
        }

        return rows;
    }

    /// <summary>What to say of an item for which <see cref="Run"/> gave null.</summary>
    public InvalidContentException NoDirection() => new($"Bundle '{Bundle}' gives no usable vector for this {Modality.ToString().ToLowerInvariant()}: the model's output is zero or not finite.");

    public abstract void Dispose();

    protected abstract float[][] RunModel(IReadOnlyList<PreparedContent> batch);
}
