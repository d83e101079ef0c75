namespace Manifold.Training;

/// <summary>Which part of the split an item belongs to.</summary>
public enum SplitPart
{
    /// <summary>Models learn from it.</summary>
    Train,

    /// <summary>Held out; models are chosen with it.</summary>
    Dev,

    /// <summary>Held out; only looked at for final figures.</summary>
    Reserved,
}
