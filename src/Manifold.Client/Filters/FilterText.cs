using System.Globalization;
using System.Text.RegularExpressions;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>Writes a filter in the grammar that <see cref="FilterParser"/> reads.</summary>
internal static partial class FilterText
{
    private static readonly string[] Reserved = ["and", "or", "not", "in", "exists", "modality", "id"];

    public static string Write(V1.Filter filter) => filter.KindCase switch
    {
        V1.Filter.KindOneofCase.Equal => $"{Name(filter.Equal.Attribute)} = {Value(filter.Equal.Value)}",
        V1.Filter.KindOneofCase.In => $"{Name(filter.In.Attribute)} in ({string.Join(", ", filter.In.Values.Select(Value))})",
        V1.Filter.KindOneofCase.Range => Range(filter.Range),
        V1.Filter.KindOneofCase.Exists => $"exists({Name(filter.Exists.Attribute)})",
        V1.Filter.KindOneofCase.And => Join(filter.And, " and "),
        V1.Filter.KindOneofCase.Or => Join(filter.Or, " or "),
        V1.Filter.KindOneofCase.Not => $"not {Nested(filter.Not)}",
        V1.Filter.KindOneofCase.Modality => $"modality in ({string.Join(", ", filter.Modality.Modalities_.Select(m => ((Modality)m).ToString().ToLowerInvariant()))})",
        V1.Filter.KindOneofCase.Id => $"id in ({string.Join(", ", filter.Id.Ids_.Select(Quote))})",
        V1.Filter.KindOneofCase.Prefix => $"{Name(filter.Prefix.Attribute)} starts with {Quote(filter.Prefix.Prefix_)}",
        V1.Filter.KindOneofCase.AllOf => $"{Name(filter.AllOf.Attribute)} contains all of ({string.Join(", ", filter.AllOf.Values.Select(Quote))})",
        V1.Filter.KindOneofCase.GeoRadius => $"{Name(filter.GeoRadius.Attribute)} within {Number(filter.GeoRadius.Metres)} m of ({Point(filter.GeoRadius.Center)})",
        V1.Filter.KindOneofCase.GeoBox => $"{Name(filter.GeoBox.Attribute)} within box ({Point(filter.GeoBox.SouthWest)}, {Point(filter.GeoBox.NorthEast)})",
        _ => "",
    };

    private static string Point(V1.GeoPoint point) => $"{Number(point.Latitude)}, {Number(point.Longitude)}";

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Join(V1.Filter.Types.Filters filters, string word) => string.Join(word, filters.Filters_.Select(Nested));

    private static string Nested(V1.Filter filter) =>
        filter.KindCase is V1.Filter.KindOneofCase.And or V1.Filter.KindOneofCase.Or ? $"({Write(filter)})" : Write(filter);

    private static string Range(V1.Filter.Types.Range range)
    {
        (string Symbol, V1.AttributeValue? Bound)[] bounds =
            [(">", range.GreaterThan), (">=", range.GreaterOrEqual), ("<", range.LessThan), ("<=", range.LessOrEqual)];
        return string.Join(" and ", bounds.Where(b => b.Bound is not null).Select(b => $"{Name(range.Attribute)} {b.Symbol} {Value(b.Bound!)}"));
    }

    private static string Name(string name) =>
        PlainName().IsMatch(name) && !Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) ? name : $"`{name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("`", "``", StringComparison.Ordinal)}`";

    private static string Value(V1.AttributeValue value) => AttributeMapping.FromWire(value) switch
    {
        string text => Quote(text),
        double number => Number(number),
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        IReadOnlyList<string> list => $"({string.Join(", ", list.Select(Quote))})",
        _ => "",
    };

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{Nd}_\-./:]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
