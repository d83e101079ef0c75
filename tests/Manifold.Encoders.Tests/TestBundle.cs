namespace Manifold.Encoders.Tests;

/// <summary>
/// A bundle in a temporary folder: a text tower whose vector is the sum of unit rows (bucket mod 3), and an image tower whose vector is
/// the mean colour. Dimension 3, pictures of 8 × 8.
/// </summary>
internal sealed class TestBundle : IDisposable
{
    public const int Buckets = 64;

    public TestBundle(string name = "tests", Func<BundleManifest, BundleManifest>? change = null, byte[]? textModel = null, byte[]? imageModel = null, byte[]? audioModel = null)
    {
        Folder = Directory.CreateTempSubdirectory("manifold-bundle-").FullName;
        File.WriteAllBytes(Path.Combine(Folder, "text.onnx"), textModel ?? OnnxFile.Text(Table(3)));
        File.WriteAllBytes(Path.Combine(Folder, "image.onnx"), imageModel ?? OnnxFile.Image(8, 8));
        File.WriteAllBytes(Path.Combine(Folder, "audio.onnx"), audioModel ?? OnnxFile.Mel(3));
        Bundle.WriteManifest(Folder, (change ?? (m => m))(Manifest(name)));
    }

    public string Folder { get; }

    /// <summary>
    /// With an audio tower whose vector is the mean level of three bands of sound, low (to 0.8 kHz), middle and high (from 2.2 kHz), above silence: as red, green and blue are of pictures.
    /// Windows of 2 s.
    /// </summary>
    public static TestBundle WithAudio(Func<AudioPreprocessing, AudioPreprocessing>? change = null) => new(change: m => m with
    {
        Towers = m.Towers with
        {
            Audio = new AudioTower
            {
                Model = "audio.onnx",
                Inputs = new AudioTowerInputs { Mel = "mel" },
                Output = "embedding",
                Preprocessing = (change ?? (p => p))(new AudioPreprocessing
                {
                    SampleRate = 8000,
                    WindowSeconds = 2,
                    Mel = new MelOptions { Bands = 3, FftLength = 512, HopLength = 160, Floor = 1e-6, Mean = Math.Log(1e-6), Scale = MelScale.Htk, Norm = MelNorm.None },
                }),
            },
        },
    });

    public string ManifestPath => Path.Combine(Folder, BundleManifest.FileName);

    public static BundleManifest Manifest(string name) => new()
    {
        Name = name,
        Version = "1.0.0",
        Dimension = 3,
        License = "Apache-2.0",
        Towers = new BundleTowers
        {
            Text = new TextTower
            {
                Model = "text.onnx",
                Inputs = new TextTowerInputs { Ids = "ids", Weights = "weights" },
                Output = "embedding",
                MaxTokens = 32,
                Tokenizer = new HashedNgramOptions { Buckets = Buckets },
            },
            Image = new ImageTower
            {
                Model = "image.onnx",
                Inputs = new ImageTowerInputs { Pixels = "pixels" },
                Output = "embedding",
                Preprocessing = new ImagePreprocessing { Width = 8, Height = 8 },
            },
        },
    };

    public static float[][] Table(int dimension) =>
        [.. Enumerable.Range(0, Buckets).Select(b => Enumerable.Range(0, dimension).Select(d => b % dimension == d ? 1f : 0f).ToArray())];

    /// <summary>Rewrites bundle.json as text, without its checks.</summary>
    public TestBundle Edit(string old, string replacement)
    {
        string json = File.ReadAllText(ManifestPath);
        Assert.Contains(old, json);
        File.WriteAllText(ManifestPath, json.Replace(old, replacement));
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
