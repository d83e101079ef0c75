using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Manifold.Encoders.Tests;

public sealed class SentencePieceModelTests : IDisposable
{
    private const int Unigram = 1, Bpe = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("manifold-pieces-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a cat", new[] { 3, 4, 1 })]
    [InlineData("  a   cat ", new[] { 3, 4, 1 })]
    [InlineData("Ａ cat", new[] { 3, 4, 1 })]
    [InlineData("dog", new[] { 5, 2, 1 })]
    [InlineData("a\u2581cat", new[] { 3, 4, 1 })]
    [InlineData("a</s>", new[] { 3, 2, 1 })]
    public void ToTokenizer_OfAModelFile_SplitsAsSentencePiece(string text, int[] ids) => Assert.Equal(ids, Ids(text, canonicalize: false));

    [Theory]
    [InlineData("A, CAT!", new[] { 3, 4, 1 })]
    [InlineData("a-cat", new[] { 3, 7, 6, 8, 1 })]
    [InlineData("\ta\n(cat).", new[] { 3, 4, 1 })]
    public void ToTokenizer_ForSiglip_LowersAndStripsPunctuationFirst(string text, int[] ids) => Assert.Equal(ids, Ids(text, canonicalize: true));

    [Fact]
    public void Run_SiglipWithAPieceFileOnly_MakesItsTokenizer()
    {
        using TestModel model = TestModel.Siglip();
        model.Delete("tokenizer.json");
        File.WriteAllBytes(Path.Combine(model.Folder, "spiece.model"), Model());
        Assert.True(model.Import().Manifest.Files.ContainsKey("tokenizer.json"));
    }

    [Fact]
    public void Read_BpeModel_AsksForTheJsonFile() => Assert.Contains("tokenizer.json is needed", Refused(Model(Bpe)));

    [Fact]
    public void Read_UnknownTokenBeyondTheVocabulary_IsNamed() => Assert.Contains("lacks its unknown token", Refused(Model(unknown: 99)));

    [Fact]
    public void Read_DamagedFile_IsRefused()
    {
        Assert.Contains("is no SentencePiece model", Refused(Model()[..20]));
        Assert.Contains("it has no pieces", Refused([]));
    }

    private int[] Ids(string text, bool canonicalize)
    {
        string tokenizer = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(tokenizer, SentencePieceModel.Read(Write(Model())).ToTokenizer(canonicalize).ToJsonString(JsonSerializerOptions.Default));
        return [.. new JsonTokenizer(tokenizer, 32).Tokenize(text).Select(t => t.Id)];
    }

    private string Refused(byte[] model) => Assert.Throws<InvalidBundleException>(() => SentencePieceModel.Read(Write(model))).Message;

    private string Write(byte[] model)
    {
        string path = Path.Combine(_folder, "spiece.model");
        File.WriteAllBytes(path, model);
        return path;
    }

    /// <summary>Eight pieces; a full-width A is normalised to a small a.</summary>
    private static byte[] Model(int type = Unigram, int unknown = 2)
    {
        const int Normal = 1, Unknown = 2, Control = 3;
        (string Text, float Score, int Kind)[] pieces =
        [
            ("<pad>", 0, Control), ("</s>", 0, Control), ("<unk>", 0, Unknown), ("\u2581a", -2, Normal), ("\u2581cat", -3, Normal), ("\u2581", -4, Normal), ("a", -5, Normal), ("c", -6, Normal), ("t", -7, Normal),
        ];
        return Message(output =>
        {
            foreach ((string text, float score, int kind) in pieces)
            {
                Nested(output, 1, piece =>
                {
                    piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
                    piece.WriteString(text);
                    piece.WriteTag(2, WireFormat.WireType.Fixed32);
                    piece.WriteFloat(score);
                    Number(piece, 3, kind);
                });
            }

            Nested(output, 2, trainer =>
            {
                Number(trainer, 3, type);
                Number(trainer, 40, unknown);
                Number(trainer, 42, 1);
            });
            Nested(output, 3, normalizer =>
            {
                normalizer.WriteTag(2, WireFormat.WireType.LengthDelimited);
                normalizer.WriteBytes(ByteString.CopyFrom(CharacterMapOf("Ａ", "a")));
            });
        });
    }

    /// <summary>A double array of one key: each node's children begin at a multiple of 256.</summary>
    private static byte[] CharacterMapOf(string key, string replacement)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        uint[] units = new uint[256 * (bytes.Length + 2)];
        uint at = 0;
        for (int i = 0; i <= bytes.Length; i++)
        {
            uint children = (uint)(256 * (i + 1)), label = i == 0 ? 0u : bytes[i - 1];
            bool isKey = i == bytes.Length;
            units[at] = ((at ^ children) << 10) | (isKey ? 1u << 8 : 0) | label;
            at = isKey ? children : children ^ bytes[i];
        }

        units[at] = 1u << 31;
        byte[] map = new byte[4 + (4 * units.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(map, 4 * units.Length);
        for (int i = 0; i < units.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(4 + (4 * i)), units[i]);
        return [.. map, .. Encoding.UTF8.GetBytes(replacement), 0];
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        var output = new CodedOutputStream(stream);
        write(output);
        output.Flush();
        return stream.ToArray();
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Number(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }
}
