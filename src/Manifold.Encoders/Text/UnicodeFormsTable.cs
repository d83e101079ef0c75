using System.Collections.Frozen;

namespace Manifold.Encoders;

/// <summary>The data behind <see cref="UnicodeForms"/>, read once from the embedded <c>unicode_forms.bin</c> that <c>unicode_forms.py</c> writes.</summary>
internal sealed class UnicodeFormsTable
{
    // No code point above plane 2 decomposes, combines or composes.
    private const int BitmapLimit = 0x30000;

    private readonly FrozenDictionary<int, int> _classes;
    private readonly ulong[] _mayChange = new ulong[BitmapLimit / 64];

    private UnicodeFormsTable(BinaryReader reader)
    {
        var decompositions = new Dictionary<int, int[]>();
        int last = 0;
        for (int count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            last += reader.Read7BitEncodedInt();
            decompositions.Add(last, ReadCodePoints(reader));
            Mark(last);
        }

        var classes = new Dictionary<int, int>();
        last = 0;
        for (int count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            last += reader.Read7BitEncodedInt();
            classes.Add(last, reader.Read7BitEncodedInt());
            Mark(last);
        }

        var composites = new Dictionary<(int First, int Second), int>();
        for (int count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            int first = reader.Read7BitEncodedInt(), second = reader.Read7BitEncodedInt(), composite = reader.Read7BitEncodedInt();
            composites.Add((first, second), composite);
            Mark(second);
        }

        // Vowels and trailing consonants of Hangul, which compose by arithmetic.
        for (int jamo = 0x1161; jamo < 0x1200; jamo++)
            Mark(jamo);

        var canonical = new Dictionary<int, int[]>(decompositions);
        last = 0;
        for (int count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            last += reader.Read7BitEncodedInt();
            int[] parts = ReadCodePoints(reader);
            if (parts.Length == 0)
                canonical.Remove(last);
            else
                canonical[last] = parts;
        }

        Decompositions = decompositions.ToFrozenDictionary();
        CanonicalDecompositions = canonical.ToFrozenDictionary();
        Composites = composites.ToFrozenDictionary();
        _classes = classes.ToFrozenDictionary();

        // Letters such as é decompose only to be composed again: alone they do not change.
        foreach (((int first, int second), int composite) in composites)
        {
            if (decompositions[composite] is [int a, int b] && a == first && b == second)
                _mayChange[composite >> 6] &= ~(1UL << (composite & 63));
        }
    }

    /// <summary>Code point → its full compatibility decomposition, in canonical order.</summary>
    public FrozenDictionary<int, int[]> Decompositions { get; }

    /// <summary>Code point → its full canonical decomposition.</summary>
    public FrozenDictionary<int, int[]> CanonicalDecompositions { get; }

    /// <summary>Primary composites: pairs that compose.</summary>
    public FrozenDictionary<(int First, int Second), int> Composites { get; }

    public static UnicodeFormsTable Load()
    {
        using Stream stream = typeof(UnicodeFormsTable).Assembly.GetManifestResourceStream("unicode_forms.bin")!;
        using var reader = new BinaryReader(stream);
        return new UnicodeFormsTable(reader);
    }

    /// <summary>Canonical combining class; 0 for starters.</summary>
    public int ClassOf(int rune) => rune < 0x300 ? 0 : _classes.GetValueOrDefault(rune);

    /// <summary>False where the code point is the same after normalisation whatever stands beside it.</summary>
    public bool MayChange(int rune) => rune < BitmapLimit && (_mayChange[rune >> 6] >> (rune & 63) & 1) != 0;

    private static int[] ReadCodePoints(BinaryReader reader)
    {
        int[] codePoints = new int[reader.Read7BitEncodedInt()];
        for (int i = 0; i < codePoints.Length; i++)
            codePoints[i] = reader.Read7BitEncodedInt();
        return codePoints;
    }

    private void Mark(int rune) => _mayChange[rune >> 6] |= 1UL << (rune & 63);
}
