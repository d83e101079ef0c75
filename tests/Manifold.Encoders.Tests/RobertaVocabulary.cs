using System.Text.Json;

namespace Manifold.Encoders.Tests;

/// <summary>
/// As much of RoBERTa's published vocabulary as "Hello world!" needs, with GPT-2's merges that lead there in their order. Bytes and tokens that only lead to others have ids of this file.
/// </summary>
public static class RobertaVocabulary
{
    public const int Size = 50_265;

    private static readonly string[] Merges = ["Ġ w", "o r", "l l", "l d", "Ġ H", "Ġw or", "ĠH e", "e ll", "Ġwor ld", "ĠHe ll", "ell o", "H ello", "ĠHell o"];

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    public static void Write(string folder)
    {
        var vocabulary = new Dictionary<string, int>();
        int inner = 40_000;
        foreach (char c in Enumerable.Range('!', 94).Concat(Enumerable.Range(0xA1, 12)).Concat(Enumerable.Range(0xAE, 82)).Concat(Enumerable.Range(0x100, 68)).Select(c => (char)c))
            vocabulary[$"{c}"] = inner++;
        foreach (string merge in Merges)
            vocabulary[merge.Replace(" ", "", StringComparison.Ordinal)] = inner++;
        foreach ((string token, int id) in new[] { ("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3), ("<mask>", 50_264), ("Hello", 31_414), ("ĠHello", 20_920), ("Ġworld", 232), ("!", 328) })
            vocabulary[token] = id;
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. Merges]);
    }
}
