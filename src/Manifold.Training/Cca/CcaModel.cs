namespace Manifold.Training;

/// <summary>A fitted model: linear maps from features into the shared space.</summary>
/// <param name="PictureMap">[picture features × dimension].</param>
/// <param name="PictureOffset">Subtracted after the map, length dimension.</param>
/// <param name="BucketMap">[buckets × dimension].</param>
/// <param name="TextOffset">Subtracted after the map, length dimension.</param>
/// <param name="Idf">Weight of each bucket.</param>
/// <param name="Correlations">The canonical correlations.</param>
internal sealed record CcaModel(
    DenseMatrix PictureMap, float[] PictureOffset, DenseMatrix BucketMap, float[] TextOffset, float[] Idf, double[] Correlations);
