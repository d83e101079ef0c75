namespace Manifold.Encoders;

/// <summary>
/// The entries of <c>added_tokens</c> that are not special: they are found in the text before anything else is done to it, the longest of several.
/// Special ones (begin, end, padding) are the template's, and what a text spells like one is text.
/// </summary>
internal sealed class AddedTokens
{
    private readonly (string Content, int Id)[] _tokens;

    private AddedTokens((string Content, int Id)[] tokens, IReadOnlySet<string> special, int greatestId)
    {
        _tokens = tokens;
        Special = special;
        GreatestId = greatestId;
    }

    /// <summary>The special ones that no text holds. Those of a single character, such as a '!' that pads, are text as well.</summary>
    public IReadOnlySet<string> Special { get; }

    /// <summary>The greatest id of all, special ones included; −1 where there are none.</summary>
    public int GreatestId { get; }

    public static AddedTokens Read(JsonSetting? list)
    {
        var tokens = new List<(string Content, int Id)>();
        var special = new HashSet<string>(StringComparer.Ordinal);
        int greatest = -1;
        foreach (JsonSetting token in list?.Items() ?? [])
        {
            greatest = Math.Max(greatest, token["id"].Whole());
            if (token.Find("special")?.Flag() == true)
            {
                if (token["content"].Text() is { Length: > 1 } mark)
                    special.Add(mark);
                continue;
            }

            foreach (string option in (string[])["normalized", "single_word", "lstrip", "rstrip"])
            {
                if (token.Find(option)?.Flag() == true)
                    throw token[option].Wrong("is true on a token that is not special, which is not supported");
            }

            if (token["content"].Text() is { Length: > 0 } content)
                tokens.Add((content, token["id"].Whole()));
        }

        return new AddedTokens([.. tokens.OrderByDescending(t => t.Content.Length)], special, greatest);
    }

    /// <summary>The text between added tokens, and their ids; <c>First</c> for the part at the text's beginning.</summary>
    public IEnumerable<(string Part, int? Id, bool First)> Split(string text)
    {
        int from = 0;
        for (int at = 0; at < text.Length && _tokens.Length > 0; at++)
        {
            foreach ((string content, int id) in _tokens)
            {
                if (string.CompareOrdinal(text, at, content, 0, content.Length) != 0)
                    continue;
                if (at > from)
                    yield return (text[from..at], null, from == 0);
                yield return (content, id, at == 0);
                from = at + content.Length;
                at = from - 1;
                break;
            }
        }

        if (from < text.Length)
            yield return (text[from..], null, from == 0);
    }
}
