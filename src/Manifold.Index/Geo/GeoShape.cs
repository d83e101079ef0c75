namespace Manifold.Index;

/// <summary>An area of the earth.</summary>
internal abstract class GeoShape
{
    /// <summary>No point of the area has a smaller latitude.</summary>
    public double South { get; private protected init; }

    /// <summary>No point of the area has a greater latitude.</summary>
    public double North { get; private protected init; }

    /// <summary>The share of the earth's points between <see cref="South"/> and <see cref="North"/> that may be in the area: a guess, for estimates.</summary>
    public double Share { get; private protected init; }

    public abstract bool Contains(double latitude, double longitude);
}
