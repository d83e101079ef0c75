namespace Manifold.Index;

/// <summary>How the nearness of two vectors is measured. For every metric a greater score means nearer.</summary>
public enum Metric
{
    /// <summary>The cosine of the angle between the vectors. Rows are stored with unit length, so the score is the dot product with the unit query.</summary>
    Cosine,

    /// <summary>The dot product of the vectors as they are.</summary>
    InnerProduct,

    /// <summary>Minus the squared Euclidean distance: 0 for equal vectors, negative otherwise.</summary>
    L2,
}
