using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Manifold.Client;

/// <summary>Cuts a filter text into tokens.</summary>
internal sealed partial class FilterLexer(string text)
{
    private static readonly string[] Symbols = ["<=", ">=", "!=", "==", "<>", "=", "<", ">", "(", ")", ","];
    private int _position;

    public FilterToken Next()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            _position++;

        var start = _position;
        if (start == text.Length)
            return new(FilterTokenKind.End, "", null, start);

        var first = text[start];
        if (first is '"' or '\'')
            return new(FilterTokenKind.Text, Quoted(first), null, start);
        if (first == '`')
            return new(FilterTokenKind.QuotedName, Quoted(first), null, start);
        if (char.IsAsciiDigit(first) || (first is '-' or '+' or '.' && start + 1 < text.Length && (char.IsAsciiDigit(text[start + 1]) || text[start + 1] == '.')))
            return NumberOrTime(start);
        if (char.IsLetter(first) || first == '_')
            return Word(start);

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            {
                _position += symbol.Length;
                return new(FilterTokenKind.Symbol, symbol, null, start);
            }
        }

        throw new FilterSyntaxException($"'{first}' has no meaning here", start);
    }

    private FilterToken Word(int start)
    {
        while (_position < text.Length && (char.IsLetterOrDigit(text[_position]) || text[_position] is '_' or '-' or '.' or '/' or ':'))
            _position++;
        return new(FilterTokenKind.Word, text[start.._position], null, start);
    }

    private FilterToken NumberOrTime(int start)
    {
        var time = Time().Match(text, start);
        if (time.Success)
        {
            _position += time.Length;
            if (!DateTimeOffset.TryParse(time.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value))
                throw new FilterSyntaxException($"'{time.Value}' is not a time", start);
            if (time.Groups["clock"].Success && !time.Groups["zone"].Success)
                throw new FilterSyntaxException($"the time '{time.Value}' needs a zone, such as {time.Value}Z", start);
            return new(FilterTokenKind.Time, time.Value, value, start);
        }

        var number = Number().Match(text, start);
        _position += number.Length;
        var follows = _position < text.Length && (char.IsLetterOrDigit(text[_position]) || text[_position] is '_' or '.' or '-');
        if (!number.Success || follows)
            throw new FilterSyntaxException("this is not a number; texts go in quotes", start);
        var parsed = double.Parse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(parsed)
            ? new(FilterTokenKind.Number, number.Value, parsed, start)
            : throw new FilterSyntaxException($"'{number.Value}' is too large a number", start);
    }

    /// <summary>The inside of a quoted piece. A backslash takes the next character as it is, and so does a doubled quote.</summary>
    private string Quoted(char quote)
    {
        var start = _position++;
        var inside = new StringBuilder();
        while (_position < text.Length)
        {
            var current = text[_position++];
            if (current == quote)
            {
                if (_position == text.Length || text[_position] != quote)
                    return inside.ToString();
                _position++;
            }
            else if (current == '\\' && _position < text.Length)
            {
                current = text[_position++];
            }

            inside.Append(current);
        }

        throw new FilterSyntaxException($"the closing {quote} is missing", start);
    }

    [GeneratedRegex(@"\G\d{4}-\d{2}-\d{2}(?<clock>[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?)?(?<zone>[Zz]|[+-]\d{2}:\d{2})?", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(@"\G[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
