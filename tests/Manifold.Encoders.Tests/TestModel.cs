using System.Text.Json;
using System.Text.Json.Nodes;

namespace Manifold.Encoders.Tests;

/// <summary>Folders of models in the usual ONNX layout, with graphs of the right names, types and shapes and random weights.</summary>
public sealed class TestModel : IDisposable
{
    public const int Dimension = 8;

    private TestModel(string name)
    {
        Root = Directory.CreateTempSubdirectory("manifold-model-").FullName;
        Folder = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.Combine(Folder, "onnx"));
    }

    /// <summary>The model's folder, in <see cref="Root"/>.</summary>
    public string Folder { get; }

    public string Root { get; }

    public string Library => Path.Combine(Root, "library");

    /// <summary>CLIP: 77 tokens, pictures of 32 × 32, fp32 and fp16.</summary>
    public static TestModel Clip()
    {
        var model = new TestModel("Tiny CLIP");
        ClipVocabulary.Write(model.Folder);
        model.Write("config.json", new { model_type = "clip", projection_dim = Dimension, text_config = new { max_position_embeddings = 77 } });
        model.Write("tokenizer_config.json", new { model_max_length = 77, pad_token = "<|endoftext|>" });
        model.Write("preprocessor_config.json", new
        {
            do_resize = true,
            size = new { shortest_edge = 32 },
            resample = 3,
            do_center_crop = true,
            crop_size = new { height = 32, width = 32 },
            do_normalize = true,
            image_mean = new[] { 0.48145466, 0.4578275, 0.40821073 },
            image_std = new[] { 0.26862954, 0.26130258, 0.27577711 },
        });
        float[][] table = Random(ClipVocabulary.Size, 1), matrix = Random(3, 2);
        model.WriteModel("text_model.onnx", OnnxFile.TextTower(table));
        model.WriteModel("vision_model.onnx", OnnxFile.VisionTower(matrix, 32));
        model.WriteModel("text_model_fp16.onnx", OnnxFile.TextTower(table, half: true));
        model.WriteModel("vision_model_fp16.onnx", OnnxFile.VisionTower(matrix, 32, half: true));
        return model;
    }

    /// <summary>SigLIP: pooled outputs, no mask, 16 tokens, and a unigram vocabulary of the test's own.</summary>
    public static TestModel Siglip()
    {
        var model = new TestModel("tiny-siglip");
        string[] pieces = ["<pad>", "</s>", "<unk>", "\u2581a", "\u2581cat", "\u2581", "c", "a", "t", "s"];
        model.Write("config.json", new { model_type = "siglip", text_config = new { max_position_embeddings = 16 } });
        model.Write("tokenizer_config.json", new { pad_token = "</s>" });
        model.Write("tokenizer.json", new
        {
            added_tokens = pieces[..3].Select((p, i) => new { id = i, content = p, special = true }),
            normalizer = new { type = "Lowercase" },
            pre_tokenizer = new { type = "Metaspace", replacement = "\u2581", prepend_scheme = "always" },
            post_processor = new
            {
                type = "TemplateProcessing",
                single = new object[] { new { Sequence = new { id = "A" } }, new { SpecialToken = new { id = "</s>" } } },
                special_tokens = new Dictionary<string, object> { ["</s>"] = new { id = "</s>", ids = new[] { 1 } } },
            },
            model = new { type = "Unigram", unk_id = 2, vocab = pieces.Select((p, i) => new object[] { p, i < 3 ? 0 : -i }) },
        });
        model.Write("preprocessor_config.json", new { size = new { height = 24, width = 24 }, resample = 2, image_mean = new[] { 0.5, 0.5, 0.5 }, image_std = new[] { 0.5, 0.5, 0.5 } });
        model.WriteModel("text_model.onnx", OnnxFile.TextTower(Random(pieces.Length, 3), "pooler_output", mask: false));
        model.WriteModel("vision_model.onnx", OnnxFile.VisionTower(Random(3, 4), 24, "pooler_output"));
        return model;
    }

    /// <summary>CLAP, unfused: byte-level vocabulary of RoBERTa's kind, 64 bands of windows of 10 s at 48 kHz.</summary>
    public static TestModel Clap()
    {
        var model = new TestModel("tiny-clap");
        RobertaVocabulary.Write(model.Folder);
        model.Write("config.json", new { model_type = "clap", projection_dim = Dimension, text_config = new { max_position_embeddings = 514, pad_token_id = 1 } });
        model.Write("preprocessor_config.json", new
        {
            feature_size = 64,
            sampling_rate = 48_000,
            hop_length = 480,
            fft_window_size = 1024,
            max_length_s = 10,
            frequency_min = 50,
            frequency_max = 14_000,
            padding = "repeatpad",
            truncation = "rand_trunc",
        });
        model.WriteModel("text_model.onnx", OnnxFile.TextTower(Random(RobertaVocabulary.Size, 5)));
        model.WriteModel("audio_model.onnx", OnnxFile.AudioTower(Random(64, 6)));
        return model;
    }

    public static float[][] Random(int rows, int seed, int dimension = Dimension)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray())];
    }

    public void Write(string file, object json) => File.WriteAllText(Path.Combine(Folder, file), JsonSerializer.Serialize(json));

    public void WriteModel(string file, byte[] onnx) => File.WriteAllBytes(Path.Combine(Folder, "onnx", file), onnx);

    /// <summary>Changes a JSON file of the folder.</summary>
    public void Edit(string file, Action<JsonObject> change)
    {
        string path = Path.Combine(Folder, file);
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    public void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    public Bundle Import(string variant = "fp32", string? name = null, bool replace = false) =>
        BundleImport.Run(new ImportOptions { Folder = Folder, Library = Library, Variant = variant, Name = name, Replace = replace });

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
