namespace Manifold.Client;

internal enum FilterTokenKind
{
    End,
    Word,
    QuotedName,
    Text,
    Number,
    Time,
    Symbol,
}

/// <summary>A piece of a filter text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A word, a name, a string without its quotes, or a symbol.</param>
/// <param name="Value">The value of a number or time.</param>
/// <param name="Position">Where it begins, from 0.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, object? Value, int Position)
{
    public bool IsSymbol(string symbol) => Kind == FilterTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == FilterTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>As an error message names it.</summary>
    public override string ToString() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Text => $"the text \"{Text}\"",
        _ => $"'{Text}'",
    };
}
