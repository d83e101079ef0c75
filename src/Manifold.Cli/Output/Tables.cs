using Spectre.Console;

namespace Manifold.Cli.Output;

/// <summary>The look of the tool's tables.</summary>
internal static class Tables
{
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple).BorderColor(Color.Grey);
        foreach (var column in columns)
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(column)}[/]"));
        return table;
    }

    public static Table Right(this Table table, int column)
    {
        table.Columns[column].RightAligned().NoWrap();
        return table;
    }

    /// <summary>A row of plain texts: none of them is read as markup, and control characters cannot reach the terminal.</summary>
    public static void AddTexts(this Table table, params ReadOnlySpan<string> cells)
    {
        var row = new Text[cells.Length];
        for (var i = 0; i < cells.Length; i++)
            row[i] = new Text(OneLine(cells[i]));
        table.AddRow(row);
    }

    /// <summary>The text with control characters replaced by blanks.</summary>
    public static string OneLine(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) ? ' ' : source[i];
    });

    /// <summary>The text, cut with an ellipsis at a number of characters.</summary>
    public static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");
}
