namespace Manifold.Training;

/// <summary>Two views and two captions of each of n concepts: rows 0 to n − 1 are the first ones, rows n to 2n − 1 the second ones.</summary>
internal sealed record TrainingBatch(PictureBatch Pictures, TextBatch Texts, int Concepts);
