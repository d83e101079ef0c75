using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// Byte-pair encoding (Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016): a word begins as its characters, and
/// of all neighbours the pair that was learnt first is merged, the leftmost of several, until none is left that was learnt.
/// </summary>
internal sealed class BpeModel : TokenModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;
    private readonly string _continuingPrefix;
    private readonly string _endSuffix;
    private readonly int? _unknown;
    private readonly int[]? _bytes;
    private readonly bool _fuseUnknown;
    private readonly bool _wholeWordsFirst;

    private BpeModel(JsonSetting model, IReadOnlySet<string> special)
    {
        _vocabulary = ReadVocabulary(model["vocab"]);
        _unknown = ReadUnknown(model, _vocabulary);
        _continuingPrefix = model.Find("continuing_subword_prefix")?.Text() ?? "";
        _endSuffix = model.Find("end_of_word_suffix")?.Text() ?? "";
        _fuseUnknown = model.Find("fuse_unk")?.Flag() ?? false;
        _wholeWordsFirst = model.Find("ignore_merges")?.Flag() ?? false;
        if (model.Find("byte_fallback")?.Flag() == true)
            _bytes = ReadBytes(model, _vocabulary);
        if (_unknown is null && _bytes is null && !HasEveryByte())
            throw new InvalidBundleException(model.File, $"{model.Key}.unk_token", "is missing, and the vocabulary has no tokens for all bytes: some characters would have no token");
        _merges = ReadMerges(model["merges"]);
        GreatestId = _vocabulary.Values.Max();
        foreach (string token in special)
            _vocabulary.Remove(token);
    }

    public override int GreatestId { get; }

    public static new BpeModel Read(JsonSetting model, IReadOnlySet<string> special) => new(model, special);

    public override void Encode(string word, List<int> ids)
    {
        if (word.Length == 0)
            return;
        if (_wholeWordsFirst && _vocabulary.TryGetValue(word, out int whole))
            ids.Add(whole);
        else
            Merge(Characters(word), ids);
    }

    private List<int> Characters(string word)
    {
        var symbols = new List<int>(word.Length);
        bool afterUnknown = false;
        int at = 0;
        foreach (Rune rune in word.EnumerateRunes())
        {
            int end = at + rune.Utf16SequenceLength;
            string character = $"{(at > 0 ? _continuingPrefix : "")}{word.AsSpan(at, rune.Utf16SequenceLength)}{(end == word.Length ? _endSuffix : "")}";
            at = end;
            bool known = _vocabulary.TryGetValue(character, out int id);
            if (known)
                symbols.Add(id);
            else if (_bytes is not null)
                symbols.AddRange(Encoding.UTF8.GetBytes(character).Select(b => _bytes[b]));
            else if (_unknown is { } unknown && !(_fuseUnknown && afterUnknown))
                symbols.Add(unknown);
            afterUnknown = !known && _bytes is null;
        }

        return symbols;
    }

    /// <summary>Symbols in a doubly linked list, their pairs in a queue by rank and place; a pair that changed since it was queued is passed over.</summary>
    private void Merge(List<int> symbols, List<int> ids)
    {
        const int Gone = -1;
        int count = symbols.Count;
        int[] next = new int[count], previous = new int[count];
        var pairs = new PriorityQueue<(int At, int Left, int Right), (int Rank, int At)>();
        for (int i = 0; i < count; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1;
            Queue(i);
        }

        while (pairs.TryDequeue(out (int At, int Left, int Right) pair, out _))
        {
            int right = next[pair.At];
            if (symbols[pair.At] != pair.Left || right >= count || symbols[right] != pair.Right)
                continue;
            symbols[pair.At] = _merges[(pair.Left, pair.Right)].Merged;
            symbols[right] = Gone;
            next[pair.At] = next[right];
            if (next[right] < count)
                previous[next[right]] = pair.At;
            Queue(pair.At);
            if (previous[pair.At] >= 0)
                Queue(previous[pair.At]);
        }

        ids.AddRange(symbols.Where(s => s != Gone));

        void Queue(int at)
        {
            if (next[at] < count && _merges.TryGetValue((symbols[at], symbols[next[at]]), out (int Rank, int Merged) merge))
                pairs.Enqueue((at, symbols[at], symbols[next[at]]), (merge.Rank, at));
        }
    }

    private Dictionary<(int Left, int Right), (int Rank, int Merged)> ReadMerges(JsonSetting list)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        foreach (JsonSetting merge in list.Items())
        {
            // "a b", or in newer files ["a", "b"], which lets a piece hold a space.
            string[] parts = merge.IsText ? merge.Text().Split(' ') : [.. merge.Items().Select(p => p.Text())];
            if (parts is not [{ } left, { } right])
                throw merge.Wrong("must be two pieces");
            string merged = left + (right.StartsWith(_continuingPrefix, StringComparison.Ordinal) ? right[_continuingPrefix.Length..] : right);
            foreach (string piece in (string[])[left, right, merged])
            {
                if (!_vocabulary.ContainsKey(piece))
                    throw merge.Wrong($"needs '{piece}', which the vocabulary lacks");
            }

            merges[(_vocabulary[left], _vocabulary[right])] = (merges.Count, _vocabulary[merged]);
        }

        return merges;
    }

    private bool HasEveryByte() => ByteAlphabet.Characters.All(c => _vocabulary.ContainsKey($"{c}") && (_endSuffix.Length == 0 || _vocabulary.ContainsKey(c + _endSuffix)));
}
