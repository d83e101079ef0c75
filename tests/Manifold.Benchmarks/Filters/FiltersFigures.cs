using System.Globalization;

namespace Manifold.Benchmarks;

/// <summary>Medians of one filter, in milliseconds for one evaluation over all rows.</summary>
internal sealed record FiltersFigures(string Filter, double Share, int Matches, double RowByRow, double Columns)
{
    public const string Header = "| filter | share | rows | row by row ms | columns ms | ratio |\n|---|---:|---:|---:|---:|---:|";

    public string ToTableRow() => string.Create(
        CultureInfo.InvariantCulture, $"| {Filter} | {Share * 100:0.#} % | {Matches:N0} | {RowByRow:N1} | {Columns:N3} | {RowByRow / Columns:N0} |");
}
