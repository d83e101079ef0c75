using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// Words and character n-grams hashed to buckets (the "hashing trick", Weinberger et al., 2009; character n-grams with boundary
/// marks as in Bojanowski et al., "Enriching Word Vectors with Subword Information", 2017). It needs no vocabulary and has no unknown
/// word. docs/bundle.md specifies it exactly; the golden values in the tests hold it to that.
/// </summary>
/// <remarks>Thread-safe: it holds its options only.</remarks>
public sealed class HashedNgramTokenizer : ITextTokenizer
{
    // A seed per kind of n-gram keeps the word "cat" and the characters "cat" of "<cat>" apart.
    private const int WordKind = 0, CharKind = 1, IdeographKind = 2, SymbolKind = 3;

    private readonly HashedNgramOptions _options;
    private readonly int[] _wordNgrams;
    private readonly int[] _charNgrams;
    private readonly int[] _runNgrams;

    /// <param name="options">As a manifest holds them; ranges are the manifest's to check.</param>
    /// <param name="maxTokens">The most distinct tokens of one text, at least 1.</param>
    public HashedNgramTokenizer(HashedNgramOptions options, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Buckets, 1);
        _options = options;
        _wordNgrams = [.. options.WordNgrams];
        _charNgrams = [.. options.CharNgrams];
        _runNgrams = [.. options.RunNgrams];
        MaxTokens = maxTokens;
    }

    /// <summary>The most tokens that one text yields; n-grams first seen after that many are dropped.</summary>
    public int MaxTokens { get; }

    /// <summary>The tokens of a text in the order of their first occurrence, each id once; empty for a text without any.</summary>
    public TokenWeight[] Tokenize(string text)
    {
        TokenWeight[] buffer = ArrayPool<TokenWeight>.Shared.Rent(MaxTokens);
        TokenWeight[] tokens = buffer.AsSpan(0, Tokenize(text, buffer)).ToArray();
        ArrayPool<TokenWeight>.Shared.Return(buffer);
        return tokens;
    }

    /// <summary>As <see cref="Tokenize(string)"/>, into a buffer of at least <see cref="MaxTokens"/>.</summary>
    /// <returns>How many were written.</returns>
    public int Tokenize(ReadOnlySpan<char> text, Span<TokenWeight> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaxTokens, nameof(destination));
        ReadOnlySpan<char> normalized = UnicodeForms.ToNfkc(text);

        // A char is at most three bytes of UTF-8; each word is followed by a space in the chain and has two marks in the unit.
        byte[] chain = ArrayPool<byte>.Shared.Rent((4 * normalized.Length) + 1);
        byte[] unit = ArrayPool<byte>.Shared.Rent((3 * normalized.Length) + 2);
        int[] starts = ArrayPool<int>.Shared.Rent((2 * normalized.Length) + 4);
        using var bag = new TokenBag(MaxTokens);
        var scan = new Scan(chain, unit, starts.AsSpan(0, normalized.Length + 3), starts.AsSpan(normalized.Length + 3));

        RuneClass current = RuneClass.Separator;
        foreach (Rune rune in normalized.EnumerateRunes())
        {
            RuneClass next = RuneClasses.Of(rune);
            if (next == RuneClass.Ignored)
                continue;
            if (next != current)
            {
                Flush(current, ref scan, bag);
                current = next;
                scan.Begin(marked: next == RuneClass.Word);
            }

            if (next != RuneClass.Separator)
                scan.Append(Rune.ToLowerInvariant(rune));
        }

        Flush(current, ref scan, bag);
        ArrayPool<byte>.Shared.Return(chain);
        ArrayPool<byte>.Shared.Return(unit);
        ArrayPool<int>.Shared.Return(starts);
        return bag.CopyTo(destination, _options.Weighting);
    }

    (TokenWeight[] Longer, TokenWeight[] Shorter) ITextTokenizer.Probe()
    {
        TokenWeight least = new(0, 1), greatest = new(_options.Buckets - 1, 1);
        return (MaxTokens > 1 ? [least, greatest] : [greatest], [least]);
    }

    private void Flush(RuneClass unit, ref Scan scan, TokenBag bag)
    {
        switch (unit)
        {
            case RuneClass.Word:
                scan.EndWord();
                foreach (int n in _wordNgrams)
                {
                    if (n <= scan.Words)
                        Add(scan.LastWords(n), WordKind, bag);
                }

                AddRunes(ref scan, _charNgrams, CharKind, bag);
                break;
            case RuneClass.Ideograph:
                AddRunes(ref scan, _runNgrams, IdeographKind, bag);
                scan.BreakChain();
                break;
            case RuneClass.Symbol:
                AddRunes(ref scan, _runNgrams, SymbolKind, bag);
                scan.BreakChain();
                break;
        }
    }

    private void AddRunes(ref Scan scan, int[] lengths, int kind, TokenBag bag)
    {
        foreach (int n in lengths)
        {
            for (int first = 0; first + n <= scan.Runes; first++)
                Add(scan.RunesFrom(first, n), kind, bag);
        }
    }

    private void Add(ReadOnlySpan<byte> ngram, int kind, TokenBag bag) =>
        bag.Add((int)(XxHash64.HashToUInt64(ngram, _options.Seed + kind) % (uint)_options.Buckets));

    /// <summary>The unit being read, and the words before it that it may form an n-gram with.</summary>
    private ref struct Scan(Span<byte> chain, Span<byte> unit, Span<int> runeStarts, Span<int> wordStarts)
    {
        private readonly Span<byte> _chain = chain;
        private readonly Span<byte> _unit = unit;
        private readonly Span<int> _runeStarts = runeStarts;
        private readonly Span<int> _wordStarts = wordStarts;
        private int _chainLength;
        private int _unitLength;

        /// <summary>Code points of the unit, marks included.</summary>
        public int Runes { get; private set; }

        /// <summary>Words of the chain.</summary>
        public int Words { get; private set; }

        public void Begin(bool marked)
        {
            Runes = 0;
            _unitLength = 0;
            if (marked)
                Append(new Rune('<'));
        }

        public void Append(Rune rune)
        {
            _runeStarts[Runes++] = _unitLength;
            _unitLength += rune.EncodeToUtf8(_unit[_unitLength..]);
            _runeStarts[Runes] = _unitLength;
        }

        /// <summary>Puts the word at the chain's end, then closes its marks.</summary>
        public void EndWord()
        {
            ReadOnlySpan<byte> word = _unit[1.._unitLength];
            if (Words > 0)
                _chain[_chainLength++] = (byte)' ';
            _wordStarts[Words++] = _chainLength;
            word.CopyTo(_chain[_chainLength..]);
            _chainLength += word.Length;
            Append(new Rune('>'));
        }

        public void BreakChain()
        {
            Words = 0;
            _chainLength = 0;
        }

        /// <summary>The last n words with one space between them.</summary>
        public readonly ReadOnlySpan<byte> LastWords(int n) => _chain[_wordStarts[Words - n].._chainLength];

        public readonly ReadOnlySpan<byte> RunesFrom(int first, int n) => _unit[_runeStarts[first].._runeStarts[first + n]];
    }
}
