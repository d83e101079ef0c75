namespace Manifold.Training;

/// <summary>What is drawn of a run.</summary>
public interface IRunCurves
{
    string Name { get; }

    IReadOnlyList<LossPoint> Losses { get; }

    IReadOnlyList<RecallPoint> Recalls { get; }
}
