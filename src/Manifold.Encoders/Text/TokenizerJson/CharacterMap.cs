using System.Buffers.Binary;
using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// SentencePiece's compiled normalisation rules: a double-array trie (Yata et al., in the layout of darts-clone) from UTF-8 to offsets of replacements. At each
/// place the longest rule that fits is applied; where none fits one character is kept.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] trie, byte[] replacements)
    {
        _trie = trie;
        _replacements = replacements;
    }

    /// <param name="setting">Base64 of: length of the trie in bytes, trie, replacements that each end with a zero byte.</param>
    public static CharacterMap Read(JsonSetting setting)
    {
        byte[] blob;
        try
        {
            blob = Convert.FromBase64String(setting.Text());
        }
        catch (FormatException e)
        {
            throw setting.Wrong("is not Base64", e);
        }

        uint length = blob.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(blob);
        if (length == 0 || length % 4 != 0 || length > blob.Length - 4)
            throw setting.Wrong("is no compiled character map: its trie ends beyond it");
        uint[] trie = new uint[length / 4];
        for (int i = 0; i < trie.Length; i++)
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(4 + (4 * i)));
        return new CharacterMap(trie, blob[(4 + (int)length)..]);
    }

    public string Apply(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        var result = new List<byte>(rest.Length + 16);
        while (!rest.IsEmpty)
        {
            if (Longest(rest, out int replacement) is > 0 and int matched)
            {
                ReadOnlySpan<byte> from = _replacements.AsSpan(replacement);
                int end = from.IndexOf((byte)0);
                result.AddRange(end < 0 ? from : from[..end]);
                rest = rest[matched..];
            }
            else
            {
                Rune.DecodeFromUtf8(rest, out _, out int kept);
                result.AddRange(rest[..kept]);
                rest = rest[kept..];
            }
        }

        return Encoding.UTF8.GetString([.. result]);
    }

    /// <summary>The length of the longest key that the text begins with, 0 for none.</summary>
    private int Longest(ReadOnlySpan<byte> text, out int replacement)
    {
        const uint LabelMask = 0x8000_00FF, ValueMask = 0x7FFF_FFFF;
        replacement = 0;
        int longest = 0;
        uint node = Offset(_trie[0]);
        for (int i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _trie.Length || (_trie[node] & LabelMask) != text[i])
                break;
            uint unit = _trie[node];
            node ^= Offset(unit);
            bool isKey = (unit >> 8 & 1) != 0;
            if (!isKey || node >= _trie.Length)
                continue;
            uint value = _trie[node] & ValueMask;
            if (value >= _replacements.Length)
                continue;
            (longest, replacement) = (i + 1, (int)value);
        }

        return longest;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1u << 9) >> 6);
}
