using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// The unigram model of SentencePiece (Kudo, "Subword Regularization", 2018): of all ways to split a word into pieces the one whose log
/// probabilities have the greatest sum (Viterbi). A character that no piece covers is unknown; unknown ones in a row are one token.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    // What SentencePiece takes off the least score for an unknown character.
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);
    private readonly double[] _scores;
    private readonly int _longest;
    private readonly int _unknown;
    private readonly double _unknownScore;
    private readonly int[]? _bytes;

    private UnigramModel(JsonSetting model, IReadOnlySet<string> special)
    {
        var scores = new List<double>();
        foreach (JsonSetting entry in model["vocab"].Items())
        {
            JsonSetting[] parts = [.. entry.Items()];
            if (parts.Length != 2)
                throw entry.Wrong("must be a piece and its score");
            _vocabulary[parts[0].Text()] = scores.Count;
            scores.Add(parts[1].Number());
        }

        if (scores.Count == 0)
            throw model["vocab"].Wrong("is empty");
        _scores = [.. scores];
        if (model.Find("unk_id") is not { } unknown)
            throw new InvalidBundleException(model.File, $"{model.Key}.unk_id", "is missing: a character that the vocabulary lacks would have no token");
        _unknown = unknown.Whole();
        if (_unknown < 0 || _unknown >= _scores.Length)
            throw unknown.Wrong($"is {_unknown}, but the vocabulary has ids from 0 to {_scores.Length - 1}");
        _unknownScore = _scores.Min() - UnknownPenalty;
        _longest = _vocabulary.Keys.Max(k => k.Length);
        if (model.Find("byte_fallback")?.Flag() == true)
            _bytes = ReadBytes(model, _vocabulary);
        foreach (string token in special)
            _vocabulary.Remove(token);
    }

    public override int GreatestId => _scores.Length - 1;

    public static new UnigramModel Read(JsonSetting model, IReadOnlySet<string> special) => new(model, special);

    public override void Encode(string word, List<int> ids)
    {
        // best[i]: the greatest score of the first i UTF-16 units, and the last piece of that split.
        var best = new (double Score, int From, int Id)[word.Length + 1];
        for (int i = 1; i < best.Length; i++)
            best[i] = (double.NegativeInfinity, -1, _unknown);
        var lookup = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int at = 0; at < word.Length;)
        {
            int character = char.IsHighSurrogate(word[at]) && at + 1 < word.Length ? 2 : 1;
            bool covered = false;
            int longest = Math.Min(_longest, word.Length - at);
            for (int length = character; length <= longest; length++)
            {
                if (!lookup.TryGetValue(word.AsSpan(at, length), out int id))
                    continue;
                covered |= length == character;
                Offer(at + length, best[at].Score + _scores[id], id);
            }

            if (!covered)
                Offer(at + character, best[at].Score + _unknownScore, _unknown);
            at += character;

            void Offer(int end, double score, int id)
            {
                if (score > best[end].Score)
                    best[end] = (score, at, id);
            }
        }

        Append(word, best, ids);
    }

    private void Append(string word, (double Score, int From, int Id)[] best, List<int> ids)
    {
        var pieces = new Stack<(int From, int End, int Id)>();
        for (int end = word.Length; end > 0; end = best[end].From)
            pieces.Push((best[end].From, end, best[end].Id));
        bool afterUnknown = false;
        foreach ((int from, int end, int id) in pieces)
        {
            bool unknown = id == _unknown;
            if (unknown && _bytes is not null)
                ids.AddRange(Encoding.UTF8.GetBytes(word[from..end]).Select(b => _bytes[b]));
            else if (!unknown || !afterUnknown)
                ids.Add(id);
            afterUnknown = unknown;
        }
    }
}
