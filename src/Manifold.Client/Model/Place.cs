using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>Where in its item a vector of a multi-vector space lies: a box of a picture, a stretch of time, or both.</summary>
public sealed record Place
{
    /// <summary>In shares of the picture's width and height from its upper left corner: 0 ≤ left &lt; right ≤ 1, 0 ≤ top &lt; bottom ≤ 1.</summary>
    public (float Left, float Top, float Right, float Bottom)? Box { get; init; }

    /// <summary>In seconds from the item's begin: 0 ≤ start ≤ end.</summary>
    public (float Start, float End)? Interval { get; init; }

    internal static Place FromWire(V1.Place place) => new()
    {
        Box = place.Box is { } box ? (box.Left, box.Top, box.Right, box.Bottom) : null,
        Interval = place.Interval is { } interval ? (interval.Start, interval.End) : null,
    };

    internal V1.Place ToWire() => new()
    {
        Box = Box is { } box ? new V1.Place.Types.Box { Left = box.Left, Top = box.Top, Right = box.Right, Bottom = box.Bottom } : null,
        Interval = Interval is { } interval ? new V1.Place.Types.Interval { Start = interval.Start, End = interval.End } : null,
    };
}
