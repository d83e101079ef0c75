using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>Batches to tensors and through the towers.</summary>
internal static class ModelInputs
{
    /// <summary>Vectors of pictures, [rows × dimension].</summary>
    public static Tensor Encode(ImageTowerModule tower, PictureBatch batch, int side)
    {
        var features = from_array(batch.Features).view(batch.Rows, -1);
        var pixels = tower.Convolutions is null ? empty(0) : from_array(batch.Pixels).view(batch.Rows, 3, side, side).to(float32).div_(Scalars.Of(255));
        return tower.call(pixels, features);
    }

    /// <summary>Vectors of texts, [rows × dimension].</summary>
    public static Tensor Encode(TextTowerModule tower, TextBatch batch) => tower.call(
        from_array(batch.Ids).view(batch.Rows, batch.Width), from_array(batch.Counts).view(batch.Rows, batch.Width));
}
