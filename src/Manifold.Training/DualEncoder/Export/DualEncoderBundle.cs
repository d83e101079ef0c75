using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Writes a learned model as a bundle: two ONNX files and the manifest.</summary>
internal static class DualEncoderBundle
{
    /// <summary>Writes <c>image.onnx</c>, <c>text.onnx</c> and <c>bundle.json</c> into <paramref name="folder"/>, which is made if it is not there.</summary>
    public static BundleManifest Write(string folder, DualEncoderModel model, DualEncoderConfig config, NgramRows ngrams, TextRegression? regression)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "image.onnx"), ImageTowerGraph.Write(model.Image, config));
        File.WriteAllBytes(Path.Combine(folder, "text.onnx"), TextTowerGraph.Write(model.Text, config, ngrams, regression));
        return Bundle.WriteManifest(folder, new BundleManifest
        {
            Name = config.Name,
            Version = config.Version,
            Dimension = config.Model.Dimension,
            License = config.License.Length > 0 ? config.License : null,
            Description = config.Description.Length > 0 ? config.Description : null,
            Towers = new BundleTowers
            {
                Text = new TextTower
                {
                    Model = "text.onnx",
                    Inputs = new TextTowerInputs { Ids = "ids", Weights = "weights" },
                    Output = "vector",
                    MaxTokens = config.Model.MaxTokens,
                    Tokenizer = config.Model.Tokenizer,
                },
                Image = new ImageTower
                {
                    Model = "image.onnx",
                    Inputs = new ImageTowerInputs { Pixels = "pixels" },
                    Output = "vector",
                    Preprocessing = ServedPictures.Preprocessing(config.Pictures),
                },
            },
        });
    }
}
