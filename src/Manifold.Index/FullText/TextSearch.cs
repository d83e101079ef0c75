namespace Manifold.Index.FullText;

/// <summary>
/// BM25 over the segments of a view (Robertson and Zaragoza, <i>The Probabilistic Relevance Framework: BM25 and Beyond</i>, 2009), the chosen attributes of an item
/// taken together as one text.
/// </summary>
/// <remarks>
/// score = Σ over terms of ln(1 + (N − n + ½) / (n + ½)) · f (k₁ + 1) / (f + k₁ (1 − b + b · length / mean length)), with k₁ = 1.2 and b = 0.75; f is how often the item has
/// the term, n how many items have it, N how many items there are. n, N and the mean length are of all rows of the view, deleted ones included until their
/// segment is written anew.
/// </remarks>
internal static class TextSearch
{
    private const double K1 = 1.2, B = 0.75;

    /// <summary>Offers the best rows of all segments.</summary>
    public static void Run(IReadOnlyList<ViewSegment> segments, TextQuery query, CompiledFilter? filter, TopK results, CancellationToken cancellationToken)
    {
        var terms = query.Terms();
        if (terms.Count == 0) return;
        var matches = new List<SegmentMatches>(segments.Count);
        foreach (var segment in segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            matches.Add(Find(segment, query, terms, cancellationToken));
        }

        var items = segments.Sum(segment => (long)segment.RowCount);
        var mean = Math.Max(1, matches.Sum(found => found.TotalLength) / (double)items);
        var weights = new double[terms.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            var rows = matches.Sum(found => (long)found.Postings[i].Count);
            weights[i] = Math.Log(1 + ((items - rows + 0.5) / (rows + 0.5)));
        }

        for (var i = 0; i < segments.Count; i++)
        {
            if (matches[i].Postings.All(list => list.Count == 0)) continue;
            using var selected = filter is null ? null : segments[i].Select(segments[i].Plan(filter), cancellationToken);
            Score(segments[i], matches[i], selected is null ? segments[i].LiveWords : selected.Words, weights, mean, query.AllTerms, results, cancellationToken);
        }
    }

    /// <summary>The rows of each term in a segment, over the chosen attributes together.</summary>
    private static SegmentMatches Find(ViewSegment segment, TextQuery query, List<byte[]> terms, CancellationToken cancellationToken)
    {
        if (segment.Reader.Text is { } index)
        {
            TextField[] fields = [.. Chosen(index.Fields, query)];
            return new SegmentMatches(
                fields.Sum(field => field.TotalLength),
                terms.ConvertAll(term => Together(fields.Length, (field, list) => fields[field].CopyPostings(term, list))),
                row => Sum(fields, row));
        }

        return segment.Reader.GrowingText.Read(segment.Reader, segment.RowCount, all =>
        {
            TextFieldBuilder[] fields = [.. Chosen(all, query)];
            var postings = terms.ConvertAll(term => Together(fields.Length, (field, list) => fields[field].CopyPostings(term, segment.RowCount, list)));

            // The fields may grow once this turn is over: what is needed of them is taken along.
            var lengths = new Dictionary<int, int>();
            foreach (var row in postings.SelectMany(list => list).Select(posting => posting.Row)) lengths[row] = fields.Sum(field => field.Length(row));
            return new SegmentMatches(
                fields.Sum(field => field.TotalLength(segment.RowCount)),
                postings,
                row => lengths[row]);
        }, cancellationToken);
    }

    private static int Sum(TextField[] fields, int row)
    {
        var sum = 0;
        foreach (var field in fields) sum += field.Length(row);
        return sum;
    }

    private static IEnumerable<T> Chosen<T>(IReadOnlyDictionary<string, T> fields, TextQuery query) =>
        query.Fields is not { Count: > 0 } names ? fields.Values : names.Distinct(StringComparer.Ordinal).Where(fields.ContainsKey).Select(name => fields[name]);

    /// <summary>The postings of a term over several fields, those of one row added up.</summary>
    private static List<TextPosting> Together(int fields, Action<int, List<TextPosting>> copy)
    {
        var list = new List<TextPosting>();
        for (var field = 0; field < fields; field++) copy(field, list);
        if (fields < 2) return list;
        list.Sort((a, b) => a.Row.CompareTo(b.Row));
        var kept = 0;
        for (var i = 0; i < list.Count; i++)
        {
            if (kept > 0 && list[kept - 1].Row == list[i].Row) list[kept - 1] = new(list[i].Row, list[kept - 1].Count + list[i].Count);
            else list[kept++] = list[i];
        }

        list.RemoveRange(kept, list.Count - kept);
        return list;
    }

    /// <summary>Walks the postings of all terms together, in the order of the rows.</summary>
    private static void Score(
        ViewSegment segment, SegmentMatches matches, ReadOnlySpan<ulong> allowed, double[] weights, double mean, bool allTerms, TopK results, CancellationToken cancellationToken)
    {
        var next = new int[weights.Length];

        // Terms of one row come in their order, so that a score is the same however the row is stored.
        var heads = new PriorityQueue<int, (int Row, int Term)>();
        for (var term = 0; term < weights.Length; term++)
            if (matches.Postings[term].Count > 0) heads.Enqueue(term, (matches.Postings[term][0].Row, term));
        for (var walked = 0; heads.TryPeek(out _, out var first); walked++)
        {
            var row = first.Row;
            if (walked % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
            var isAllowed = row < segment.RowCount && (allowed.IsEmpty || (allowed[row / 64] >> row & 1) != 0);
            var norm = isAllowed ? K1 * (1 - B + (B * matches.Length(row) / mean)) : 0;
            var (score, found) = (0d, 0);
            while (heads.TryPeek(out var term, out var head) && head.Row == row)
            {
                var postings = matches.Postings[term];
                double count = postings[next[term]].Count;
                score += weights[term] * count * (K1 + 1) / (count + norm);
                found++;
                if (++next[term] < postings.Count) heads.DequeueEnqueue(term, (postings[next[term]].Row, term));
                else heads.Dequeue();
            }

            if (isAllowed && (!allTerms || found == weights.Length)) results.Offer(segment.FirstRow + row, (float)score);
        }
    }

    /// <param name="TotalLength">Terms of all rows, repetitions included.</param>
    /// <param name="Postings">By term, ascending rows.</param>
    /// <param name="Length">Terms of a row that has one of them.</param>
    private sealed record SegmentMatches(long TotalLength, List<List<TextPosting>> Postings, Func<int, int> Length);
}
