using Manifold.Index.FullText;

namespace Manifold.Index;

/// <summary>A search for the items whose texts fit some words best, by BM25.</summary>
/// <param name="Text">The words; cut into terms as the items' texts are (docs/fulltext.md).</param>
/// <param name="Limit">How many hits at most, at least 1.</param>
/// <param name="Fields">The attributes whose texts are looked at; empty for all.</param>
/// <param name="AllTerms">Only items that have all terms; otherwise one is enough.</param>
/// <param name="Filter">Only items that match; null for all.</param>
public sealed record TextQuery(string Text, int Limit, IReadOnlyList<string>? Fields = null, bool AllTerms = false, Filter? Filter = null)
{
    /// <summary>Longest text in characters.</summary>
    public const int MaxChars = 10_000;

    /// <summary>Most distinct terms that count: the first ones.</summary>
    public const int MaxTerms = 256;

    /// <summary>Most attributes that can be named.</summary>
    public const int MaxFields = 64;

    /// <summary>All faults of the query; empty if there is none. A text without any term is none: it finds nothing.</summary>
    public IReadOnlyList<FieldError> Validate()
    {
        var errors = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(Text)) errors.Add(new("match.text", "The text is empty."));
        else if (Text.Length > MaxChars) errors.Add(new("match.text", $"The text has {Text.Length} characters; at most {MaxChars} are allowed."));
        else if (Utf8Text.CountBytes(Text) < 0) errors.Add(new("match.text", "The text holds half a surrogate pair."));
        if (Limit < 1) errors.Add(new("limit", $"Expected at least 1, got {Limit}."));
        if (Fields?.Count > MaxFields) errors.Add(new("match.fields", $"{Fields.Count} attributes are named; at most {MaxFields} are allowed."));
        for (var i = 0; i < Fields?.Count; i++)
            if (Utf8Text.CountBytes(Fields[i]) is < 1 or > Attributes.MaxNameBytes) errors.Add(new($"match.fields[{i}]", $"'{FieldError.Quote(Fields[i])}' is no name of an attribute."));
        if (Filter is not null) errors.AddRange(FilterValidation.Validate(Filter));
        return errors;
    }

    /// <summary>The distinct terms, in the order of the text.</summary>
    internal List<byte[]> Terms()
    {
        var terms = new List<byte[]>();
        TextAnalyzer.Query(Utf8Text.Encode(Text), term =>
        {
            if (terms.Count == MaxTerms) return;
            foreach (var known in terms)
                if (term.SequenceEqual(known)) return;
            terms.Add(term.ToArray());
        });
        return terms;
    }
}
