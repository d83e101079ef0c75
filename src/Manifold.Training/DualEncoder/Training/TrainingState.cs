namespace Manifold.Training;

/// <summary>Where a run stands, beside its weights.</summary>
/// <param name="ConfigSha256">Of the configuration: a checkpoint of another one is refused.</param>
/// <param name="DataSha256">Of the concepts and captions: weights that were learnt from other data are refused.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Seconds">Seconds spent on them.</param>
/// <param name="Losses">The curve so far.</param>
/// <param name="Recalls">The measurements so far.</param>
internal sealed record TrainingState(
    string ConfigSha256, string DataSha256, int Step, double Seconds, IReadOnlyList<LossPoint> Losses, IReadOnlyList<RecallPoint> Recalls);
