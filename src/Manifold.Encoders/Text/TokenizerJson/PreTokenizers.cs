using System.Text.RegularExpressions;

namespace Manifold.Encoders;

/// <summary><c>pre_tokenizer</c>: how a text is cut into the words that the vocabulary splits further.</summary>
internal static partial class PreTokenizers
{
    private const string DefaultReplacement = "\u2581";

    public static SplitStep Read(JsonSetting? setting)
    {
        if (setting is not { } splitter)
            return (pieces, _) => pieces;
        string type = splitter["type"].Text();
        switch (type)
        {
            case "Sequence":
                SplitStep[] steps = [.. splitter["pretokenizers"].Items().Select(p => Read(p))];
                return (pieces, first) => steps.Aggregate(pieces, (current, step) => step(current, first));
            case "ByteLevel":
                return ReadByteLevel(splitter);
            case "Split":
                return ReadSplit(splitter);
            case "Metaspace":
                return ReadMetaspace(splitter);
            case "WhitespaceSplit":
                return (pieces, _) => pieces.SelectMany(p => Cut(WhiteSpace(), p, SplitBehavior.Removed, invert: false));
            case "Whitespace":
                return (pieces, _) => pieces.SelectMany(p => Cut(WordsAndSymbols(), p, SplitBehavior.Removed, invert: true));
            case "BertPreTokenizer":
                return (pieces, _) => pieces.SelectMany(p => Cut(WhiteSpace(), p, SplitBehavior.Removed, invert: false)).SelectMany(w => Cut(Punctuation(), w, SplitBehavior.Isolated, invert: false));
            default:
                throw splitter["type"].Wrong($"is '{type}'; Sequence, ByteLevel, Split, Metaspace, WhitespaceSplit, Whitespace and BertPreTokenizer are known here");
        }
    }

    private static SplitStep ReadByteLevel(JsonSetting splitter)
    {
        bool prefix = splitter.Find("add_prefix_space")?.Flag() ?? true, words = splitter.Find("use_regex")?.Flag() ?? true;
        return (pieces, _) => pieces
            .Select(p => prefix && !p.StartsWith(' ') ? $" {p}" : p)
            .SelectMany(p => words ? Cut(ByteLevelWords(), p, SplitBehavior.Isolated, invert: false) : [p])
            .Select(ByteAlphabet.Spell);
    }

    private static SplitStep ReadSplit(JsonSetting splitter)
    {
        Regex pattern = RunePattern.Read(splitter["pattern"]);
        if (!Enum.TryParse(splitter["behavior"].Text(), out SplitBehavior behavior))
            throw splitter["behavior"].Wrong($"is '{splitter["behavior"].Text()}'; {string.Join(", ", Enum.GetNames<SplitBehavior>())} are known here");
        bool invert = splitter.Find("invert")?.Flag() ?? false;
        return (pieces, _) => pieces.SelectMany(p => Cut(pattern, p, behavior, invert));
    }

    /// <summary>Spaces become a visible mark, which each word keeps at its front.</summary>
    private static SplitStep ReadMetaspace(JsonSetting splitter)
    {
        string mark = splitter.Find("replacement")?.Text() ?? DefaultReplacement;
        string scheme = splitter.Find("prepend_scheme")?.Text() ?? (splitter.Find("add_prefix_space")?.Flag() ?? true ? "always" : "never");
        if (scheme is not ("always" or "first" or "never"))
            throw splitter["prepend_scheme"].Wrong($"is '{scheme}'; always, first and never are known here");
        bool split = splitter.Find("split")?.Flag() ?? true;
        var words = new Regex(Regex.Escape(mark), RegexOptions.CultureInvariant);
        return (pieces, first) => pieces
            .Select(p => p.Replace(" ", mark, StringComparison.Ordinal))
            .Select((p, i) => (scheme == "always" || (scheme == "first" && first && i == 0)) && p.Length > 0 && !p.StartsWith(mark, StringComparison.Ordinal) ? mark + p : p)
            .SelectMany(p => split ? Cut(words, p, SplitBehavior.MergedWithNext, invert: false) : [p]);
    }

    /// <summary>The parts of a piece that match and those between, put together as the behaviour says; empty ones are left out.</summary>
    /// <param name="pattern">What to look for.</param>
    /// <param name="piece">Where.</param>
    /// <param name="behavior">What becomes of a match.</param>
    /// <param name="invert">The matches are what is between, and the other way round.</param>
    private static IEnumerable<string> Cut(Regex pattern, string piece, SplitBehavior behavior, bool invert)
    {
        (string Text, bool IsMatch)[] parts = [.. Parts(pattern, piece).Select(p => (p.Part, p.IsMatch != invert))];
        for (int i = 0; i < parts.Length; i++)
        {
            bool beforeOther = i + 1 < parts.Length && parts[i + 1].IsMatch != parts[i].IsMatch;
            bool afterOther = i > 0 && parts[i - 1].IsMatch != parts[i].IsMatch;
            bool match = parts[i].IsMatch;
            switch (behavior)
            {
                case SplitBehavior.Removed when match:
                case SplitBehavior.MergedWithPrevious when match && afterOther:
                case SplitBehavior.MergedWithNext when !match && afterOther:
                    continue;
                case SplitBehavior.MergedWithPrevious when !match && beforeOther:
                case SplitBehavior.MergedWithNext when match && beforeOther:
                    yield return parts[i].Text + parts[i + 1].Text;
                    break;
                default:
                    yield return parts[i].Text;
                    break;
            }
        }
    }

    private static IEnumerable<(string Part, bool IsMatch)> Parts(Regex pattern, string piece)
    {
        int from = 0;
        foreach (Range match in RunePattern.Matches(pattern, piece))
        {
            if (match.Start.Value > from)
                yield return (piece[from..match.Start.Value], false);
            yield return (piece[match], true);
            from = match.End.Value;
        }

        if (from < piece.Length)
            yield return (piece[from..], false);
    }

    /// <summary>GPT-2's words: English endings, a word, a number or symbols with the space before, and the rest of the space.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex ByteLevelWords();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"\w+|[^\w\s]+", RegexOptions.CultureInvariant)]
    private static partial Regex WordsAndSymbols();

    /// <summary>All of ASCII that is no letter, digit or space, and what Unicode calls punctuation.</summary>
    [GeneratedRegex(@"[!-/:-@\[-`{-~\p{P}]", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();
}
