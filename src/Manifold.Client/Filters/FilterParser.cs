namespace Manifold.Client;

/// <summary>
/// Reads conditions such as <c>category = "animals" and year >= 2020 and not source in ("noto", "fluent")</c>, by recursive descent:
/// <code>
/// filter    = and { "or" and }
/// and       = unary { "and" unary }
/// unary     = "not" unary | "(" filter ")" | condition
/// condition = "exists" "(" name ")"
///           | "modality" ( "=" | "!=" ) modality | "modality" [ "not" ] "in" "(" modality { "," modality } ")"
///           | "id" ( "=" | "!=" ) string         | "id" [ "not" ] "in" "(" string { "," string } ")"
///           | name ( "=" | "!=" ) value          | name [ "not" ] "in" "(" value { "," value } ")"
///           | name ( "&lt;" | "&lt;=" | ">" | ">=" ) ( number | time )
///           | name "starts" "with" string
///           | name "contains" ( string | ( "any" | "all" ) "of" "(" string { "," string } ")" )
///           | name "within" number ( "m" | "km" ) "of" "(" latitude "," longitude ")"
///           | name "within" "box" "(" south "," west "," north "," east ")"
/// modality  = text | image | audio | video | none
/// value     = string | number | time | "true" | "false"
/// </code>
/// A string stands in single or double quotes; a quote within it is doubled or follows a backslash. A time is 2024-01-31 (midnight UTC) or
/// 2024-01-31T09:30:00Z. A name is letters, digits and <c>_ - . / :</c>, from a letter or _; any other goes in backquotes, and <c>`id`</c> is an attribute of that
/// name. Words of the grammar are read in any case; <c>==</c> and <c>&lt;></c> stand for <c>=</c> and <c>!=</c>.
/// </summary>
public sealed class FilterParser
{
    /// <summary>Deeper nesting is an error: the parser's own stack must not depend on what it reads.</summary>
    private const int MaxDepth = 64;

    private static readonly Dictionary<string, Modality> Modalities = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = Modality.None,
        ["text"] = Modality.Text,
        ["image"] = Modality.Image,
        ["audio"] = Modality.Audio,
        ["video"] = Modality.Video,
    };

    private readonly FilterLexer _lexer;
    private FilterToken _token;
    private int _depth;

    private FilterParser(string text)
    {
        _lexer = new FilterLexer(text);
        _token = _lexer.Next();
    }

    /// <exception cref="FilterSyntaxException">The text is not a filter; the message says where and what was expected.</exception>
    public static Filter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FilterParser(text);
        var filter = parser.Disjunction();
        return parser._token.Kind == FilterTokenKind.End ? filter : throw parser.Expected("'and', 'or' or the end");
    }

    private Filter Disjunction()
    {
        var filters = new List<Filter> { Conjunction() };
        while (TakeWord("or"))
            filters.Add(Conjunction());
        return filters.Count == 1 ? filters[0] : Filter.Or(filters);
    }

    private Filter Conjunction()
    {
        var filters = new List<Filter> { Unary() };
        while (TakeWord("and"))
            filters.Add(Unary());
        return filters.Count == 1 ? filters[0] : Filter.And(filters);
    }

    private Filter Unary()
    {
        if (++_depth > MaxDepth)
            throw new FilterSyntaxException($"nested more than {MaxDepth} deep", _token.Position);
        try
        {
            if (TakeWord("not"))
                return Filter.Not(Unary());
            if (!TakeSymbol("("))
                return Condition();

            var filter = Disjunction();
            Require(")");
            return filter;
        }
        finally
        {
            _depth--;
        }
    }

    private Filter Condition()
    {
        var name = _token;
        if (name.Kind is not (FilterTokenKind.Word or FilterTokenKind.QuotedName) || IsReserved(name))
            throw Expected("the name of an attribute");
        Advance();

        if (name.IsWord("exists") && TakeSymbol("("))
            return Existence();
        if (name.IsWord("modality"))
            return Choice(ModalityValue, Filter.OfModality);
        if (name.IsWord("id"))
            return Choice(StringValue, Filter.WithId);
        return Comparison(name.Text);
    }

    private Filter Existence()
    {
        if (_token.Kind is not (FilterTokenKind.Word or FilterTokenKind.QuotedName))
            throw Expected("the name of an attribute");
        var filter = Filter.Exists(_token.Text);
        Advance();
        Require(")");
        return filter;
    }

    /// <summary>Equality and membership of what is no attribute: modality and id.</summary>
    private Filter Choice<T>(Func<T> value, Func<IEnumerable<T>, Filter> filter)
    {
        if (TakeSymbol("="))
            return filter([value()]);
        if (TakeSymbol("!="))
            return Filter.Not(filter([value()]));

        var negated = TakeWord("not");
        if (!TakeWord("in"))
            throw Expected("'=', '!=' or 'in'");
        var chosen = filter(List(value));
        return negated ? Filter.Not(chosen) : chosen;
    }

    private Filter Comparison(string name)
    {
        if (TakeSymbol("="))
            return Filter.Equal(name, Value());
        if (TakeSymbol("!="))
            return Filter.NotEqual(name, Value());
        if (TakeSymbol(">="))
            return Filter.AtLeast(name, Bound());
        if (TakeSymbol("<="))
            return Filter.AtMost(name, Bound());
        if (TakeSymbol(">"))
            return Filter.GreaterThan(name, Bound());
        if (TakeSymbol("<"))
            return Filter.LessThan(name, Bound());

        if (TakeWord("starts"))
        {
            RequireWord("with");
            return Filter.StartsWith(name, StringValue());
        }

        if (TakeWord("contains"))
            return Containment(name);
        if (TakeWord("within"))
            return TakeWord("box") ? Box(name) : Radius(name);

        var negated = TakeWord("not");
        if (!TakeWord("in"))
            throw Expected("a comparison (=, !=, <, <=, >, >=), 'in', 'starts with', 'contains' or 'within'");
        var membership = Filter.In(name, List(Value));
        return negated ? Filter.Not(membership) : membership;
    }

    private Filter Containment(string name)
    {
        var all = TakeWord("all");
        if (!all && !TakeWord("any"))
            return _token.Kind == FilterTokenKind.Text ? Filter.Equal(name, Value()) : throw Expected("a text in quotes, 'any of' or 'all of'");
        RequireWord("of");
        var values = List(StringValue);
        return all ? Filter.ContainsAll(name, values) : Filter.ContainsAny(name, values);
    }

    private Filter Radius(string name)
    {
        var distance = Number();
        var kilometres = TakeWord("km");
        if (!kilometres)
            RequireWord("m");
        RequireWord("of");
        var center = List(Number);
        return center is [var latitude, var longitude]
            ? Filter.Within(name, new GeoPoint(latitude, longitude), kilometres ? distance * 1000 : distance)
            : throw new FilterSyntaxException($"a point is (latitude, longitude), and here are {center.Count} numbers", _token.Position);
    }

    private Filter Box(string name)
    {
        var edges = List(Number);
        return edges is [var south, var west, var north, var east]
            ? Filter.WithinBox(name, new GeoPoint(south, west), new GeoPoint(north, east))
            : throw new FilterSyntaxException($"a box is (south, west, north, east), and here are {edges.Count} numbers", _token.Position);
    }

    private double Number() => _token.Kind == FilterTokenKind.Number ? (double)Value() : throw Expected("a number");

    private List<T> List<T>(Func<T> value)
    {
        Require("(");
        var values = new List<T> { value() };
        while (TakeSymbol(","))
            values.Add(value());
        Require(")");
        return values;
    }

    private object Value()
    {
        var token = _token;
        object value = token.Kind switch
        {
            FilterTokenKind.Text => token.Text,
            FilterTokenKind.Number or FilterTokenKind.Time => token.Value!,
            FilterTokenKind.Word when token.IsWord("true") => true,
            FilterTokenKind.Word when token.IsWord("false") => false,
            FilterTokenKind.Word => throw Expected($"a value; texts go in quotes, as in \"{token.Text}\""),
            _ => throw Expected("a value"),
        };
        Advance();
        return value;
    }

    private object Bound() => _token.Kind is FilterTokenKind.Number or FilterTokenKind.Time ? Value() : throw Expected("a number or a time");

    private string StringValue() => _token.Kind == FilterTokenKind.Text ? (string)Value() : throw Expected("a text in quotes");

    private Modality ModalityValue()
    {
        if (_token.Kind is not (FilterTokenKind.Word or FilterTokenKind.Text) || !Modalities.TryGetValue(_token.Text, out var modality))
            throw Expected("a modality (text, image, audio, video or none)");
        Advance();
        return modality;
    }

    private static bool IsReserved(FilterToken token) => token.IsWord("and") || token.IsWord("or") || token.IsWord("not") || token.IsWord("in");

    private bool TakeWord(string word)
    {
        var taken = _token.IsWord(word);
        if (taken)
            Advance();
        return taken;
    }

    private bool TakeSymbol(string symbol)
    {
        var taken = _token.IsSymbol(symbol)
            || (symbol == "=" && _token.IsSymbol("=="))
            || (symbol == "!=" && _token.IsSymbol("<>"));
        if (taken)
            Advance();
        return taken;
    }

    private void RequireWord(string word)
    {
        if (!TakeWord(word))
            throw Expected($"'{word}'");
    }

    private void Require(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw Expected($"'{symbol}'");
    }

    private void Advance() => _token = _lexer.Next();

    private FilterSyntaxException Expected(string what) => new($"expected {what}, found {_token}", _token.Position);
}
