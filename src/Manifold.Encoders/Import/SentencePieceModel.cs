using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Manifold.Encoders;

/// <summary>A SentencePiece model file: the fields of <c>sentencepiece_model.proto</c> that a unigram tokenizer is made of.</summary>
internal sealed class SentencePieceModel
{
    private const int Unigram = 1;

    // Kinds of pieces.
    private const int Normal = 1, UserDefined = 4, Unused = 5;

    private readonly List<(string Text, float Score, int Kind)> _pieces = [];
    private int _modelType = Unigram;
    private int _unknownId;
    private int _endId = 2;
    private bool _byteFallback;
    private ByteString _characterMap = ByteString.Empty;
    private bool _dummyPrefix = true;
    private bool _removeExtraSpaces = true;

    private SentencePieceModel()
    {
    }

    /// <exception cref="InvalidBundleException">Not such a file, or another kind of model than unigram.</exception>
    public static SentencePieceModel Read(string path)
    {
        var model = new SentencePieceModel();
        try
        {
            var input = new CodedInputStream(File.ReadAllBytes(path));
            while (input.ReadTag() is not 0 and var tag)
            {
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case 1:
                        model.ReadPiece(input.ReadBytes());
                        break;
                    case 2:
                        model.ReadTrainer(input.ReadBytes());
                        break;
                    case 3:
                        model.ReadNormalizer(input.ReadBytes());
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidBundleException(path, null, $"is no SentencePiece model: {e.Message}", e);
        }

        if (model._pieces.Count == 0)
            throw new InvalidBundleException(path, null, "is no SentencePiece model: it has no pieces");
        if (model._modelType != Unigram)
            throw new InvalidBundleException(path, null, "is a SentencePiece model of another kind than unigram, for which the model's tokenizer.json is needed");
        if (model._unknownId < 0 || model._unknownId >= model._pieces.Count)
            throw new InvalidBundleException(path, null, $"lacks its unknown token: it should have the id {model._unknownId}");
        return model;
    }

    /// <summary>The same tokenizer as a <c>tokenizer.json</c>, with the end token after each text.</summary>
    /// <param name="canonicalize">Small letters, no punctuation of ASCII and single spaces, which SigLIP's own tokenizer does before SentencePiece.</param>
    public JsonObject ToTokenizer(bool canonicalize)
    {
        var normalizers = new JsonArray();
        if (canonicalize)
        {
            normalizers.Add(new JsonObject { ["type"] = "Lowercase" });
            normalizers.Add(Replace(@"[!-/:-@\[-`{-~]", ""));
            normalizers.Add(Replace(@"\s+", " "));
            normalizers.Add(new JsonObject { ["type"] = "Strip", ["strip_left"] = true, ["strip_right"] = true });
        }

        if (!_characterMap.IsEmpty)
            normalizers.Add(new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = _characterMap.ToBase64() });
        if (_removeExtraSpaces)
        {
            normalizers.Add(Replace(" {2,}", " "));
            normalizers.Add(Replace("^ | $", ""));
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. _pieces.Index().Where(p => p.Item.Kind is not Normal and not Unused).Select(p => TokenizerFiles.AddedToken(p.Index, p.Item.Text, special: p.Item.Kind != UserDefined))]),
            ["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = normalizers },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["prepend_scheme"] = _dummyPrefix ? "always" : "never", ["split"] = false },
            ["post_processor"] = _endId < 0 || _endId >= _pieces.Count ? null : EndTemplate(_endId, _pieces[_endId].Text),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = _unknownId,
                ["byte_fallback"] = _byteFallback,
                ["vocab"] = new JsonArray([.. _pieces.Select(p => new JsonArray(p.Text, p.Score))]),
            },
        };
    }

    private static JsonObject Replace(string pattern, string content) =>
        new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["content"] = content };

    private static JsonObject EndTemplate(int id, string token) => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(TemplatePart("Sequence", "A"), TemplatePart("SpecialToken", token)),
        ["pair"] = new JsonArray(TemplatePart("Sequence", "A"), TemplatePart("Sequence", "B"), TemplatePart("SpecialToken", token)),
        ["special_tokens"] = new JsonObject { [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) } },
    };

    private static JsonObject TemplatePart(string kind, string id) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };

    private void ReadPiece(ByteString message)
    {
        (string text, float score, int kind) = ("", 0, Normal);
        foreach ((int field, CodedInputStream input) in Fields(message))
        {
            switch (field)
            {
                case 1:
                    text = input.ReadString();
                    break;
                case 2:
                    score = input.ReadFloat();
                    break;
                case 3:
                    kind = input.ReadEnum();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        _pieces.Add((text, score, kind));
    }

    private void ReadTrainer(ByteString message)
    {
        foreach ((int field, CodedInputStream input) in Fields(message))
        {
            switch (field)
            {
                case 3:
                    _modelType = input.ReadEnum();
                    break;
                case 35:
                    _byteFallback = input.ReadBool();
                    break;
                case 40:
                    _unknownId = input.ReadInt32();
                    break;
                case 42:
                    _endId = input.ReadInt32();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    private void ReadNormalizer(ByteString message)
    {
        foreach ((int field, CodedInputStream input) in Fields(message))
        {
            switch (field)
            {
                case 2:
                    _characterMap = input.ReadBytes();
                    break;
                case 3:
                    _dummyPrefix = input.ReadBool();
                    break;
                case 4:
                    _removeExtraSpaces = input.ReadBool();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    /// <summary>Each field's number, with the input standing at its value, which must be read or skipped.</summary>
    private static IEnumerable<(int Field, CodedInputStream Input)> Fields(ByteString message)
    {
        CodedInputStream input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
            yield return (WireFormat.GetTagFieldNumber(tag), input);
    }
}
