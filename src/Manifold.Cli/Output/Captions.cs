using System.Globalization;
using Manifold.Client;

namespace Manifold.Cli.Output;

/// <summary>The words that stand for an item before a person.</summary>
internal static class Captions
{
    private static readonly string[] Attributes = ["caption", "title", "label", "name", "text", "description"];

    /// <summary>The first of the usual attributes that the item has; else nothing.</summary>
    public static string Of(Item item) =>
        Attributes.Select(a => item.Attributes.GetValueOrDefault(a) as string).FirstOrDefault(c => !string.IsNullOrWhiteSpace(c)) ?? "";

    /// <summary>Such as <c>12.0-14.5 s</c> or <c>box 0.10,0.20-0.50,0.60</c>.</summary>
    public static string Of(Place place)
    {
        var box = place.Box is var (left, top, right, bottom) ? string.Create(CultureInfo.InvariantCulture, $"box {left:0.00},{top:0.00}-{right:0.00},{bottom:0.00}") : null;
        var interval = place.Interval is var (start, end) ? string.Create(CultureInfo.InvariantCulture, $"{start:0.0}-{end:0.0} s") : null;
        return string.Join(" ", new[] { interval, box }.Where(part => part is not null));
    }

    public static string Of(Modality modality) => modality == Modality.None ? "vector" : modality.ToString().ToLowerInvariant();
}
