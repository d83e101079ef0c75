using System.Text.Json;

namespace Manifold.Encoders.Tests;

/// <summary>
/// As much of CLIP's published vocabulary as a few phrases need. By its construction the ids 0 to 255 are the bytes, in the order of their stand-in characters' class (visible ASCII,
/// visible Latin-1, the rest), 256 to 511 the same at a word's end; then the merges in the order in which they were learnt. Tokens that only lead to others have ids of this file.
/// </summary>
public static class ClipVocabulary
{
    public const int Size = 49_408, Begin = 49_406, End = 49_407;

    // In the published order; what is between is left out.
    private static readonly string[] Merges =
    [
        "r e", "s t", "o r", "o n</w>", "e r</w>", "i n</w>", "t o</w>", "a t</w>", "o f</w>", "r i", "n e", "d e", "o l", "' s</w>", "u n", "n o", "g h", "i t</w>", "h o", "m e</w>", "gh t</w>",
        "s c", "v er</w>", "no w</w>", "n i", "a f", "' t</w>", "! !</w>", "d er</w>", "p ho", "d on</w>", "e t</w>", "t ri", "st o", "ni ght</w>", "c r", "st re", "pho to</w>", "de n</w>",
        "e ver</w>", "or e</w>", "g ol", "sto p</w>", "un der</w>", "stre et</w>", "c at</w>", "ã ĥ", "s now</w>", "c af", "gol den</w>", "ã Ĥ", "Ã ©</w>", "sc ore</w>", "Ã ¨", "ne on</w>",
        "caf Ã©</w>", "re tri", "ä º", "æ Ŀ", "retri ever</w>", "ãĥ ¼</w>", "ãĤ ¿", "Â ²</w>", "æĿ ±",
    ];

    private static readonly Dictionary<string, int> Published = new()
    {
        ["'s</w>"] = 568,
        ["'t</w>"] = 713,
        ["!!</w>"] = 748,
        ["at</w>"] = 536,
        ["cafÃ©</w>"] = 15304,
        ["cat</w>"] = 2368,
        ["cr"] = 1075,
        ["don</w>"] = 847,
        ["golden</w>"] = 3878,
        ["in</w>"] = 530,
        ["it</w>"] = 585,
        ["me</w>"] = 614,
        ["neon</w>"] = 13919,
        ["night</w>"] = 930,
        ["of</w>"] = 539,
        ["photo</w>"] = 1125,
        ["retriever</w>"] = 28394,
        ["score</w>"] = 4431,
        ["snow</w>"] = 2583,
        ["stop</w>"] = 1691,
        ["street</w>"] = 2012,
        ["under</w>"] = 1798,
        ["Â²</w>"] = 41175,
        ["Ã¨"] = 12138,
        ["ãĤ¿"] = 34941,
        ["ãĥ"] = 2429,
        ["ãĥ¼</w>"] = 30391,
        ["äº"] = 21078,
        ["æĿ±"] = 48338,
    };

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="without">Tokens that are left out.</param>
    public static void Write(string folder, params string[] without)
    {
        var vocabulary = new Dictionary<string, int>();
        char[] bytes = [.. Enumerable.Range('!', 94).Concat(Enumerable.Range(0xA1, 12)).Concat(Enumerable.Range(0xAE, 82)).Concat(Enumerable.Range(0x100, 68)).Select(c => (char)c)];
        for (int i = 0; i < bytes.Length; i++)
        {
            vocabulary[$"{bytes[i]}"] = i;
            vocabulary[$"{bytes[i]}</w>"] = 256 + i;
        }

        int inner = 49_000;
        foreach (string merge in Merges)
        {
            string merged = merge.Replace(" ", "", StringComparison.Ordinal);
            vocabulary[merged] = Published.TryGetValue(merged, out int id) ? id : inner++;
        }

        vocabulary["<|startoftext|>"] = Begin;
        vocabulary["<|endoftext|>"] = End;
        foreach (string token in without)
            vocabulary.Remove(token);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. Merges]);
    }
}
