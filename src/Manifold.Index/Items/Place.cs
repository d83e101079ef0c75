using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>
/// Where in its item a vector of a multi-vector space lies: a box of a picture, a stretch of time, or both (a box of a film). What is not given is NaN.
/// </summary>
/// <param name="Left">Left edge of the box, as a share of the picture's width from the left, 0 to 1.</param>
/// <param name="Top">Upper edge, as a share of the height from the top.</param>
/// <param name="Right">Right edge, greater than <paramref name="Left"/>.</param>
/// <param name="Bottom">Lower edge, greater than <paramref name="Top"/>.</param>
/// <param name="Start">Begin in seconds from the item's begin, at least 0. As a float32: exact to 4 ms at ten hours.</param>
/// <param name="End">End in seconds, at least <paramref name="Start"/>.</param>
/// <remarks>Part of the stored form: 24 bytes, little-endian float32 in this order.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Place(float Left, float Top, float Right, float Bottom, float Start, float End)
{
    /// <summary>Bytes of the stored form.</summary>
    internal const int Bytes = 6 * sizeof(float);

    /// <summary>Nothing given.</summary>
    public static Place None { get; } = new(float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN);

    /// <summary>Whether there is a box.</summary>
    public bool HasBox => !float.IsNaN(Left);

    /// <summary>Whether there is a stretch of time.</summary>
    public bool HasInterval => !float.IsNaN(Start);

    /// <summary>A box of a picture.</summary>
    public static Place Box(float left, float top, float right, float bottom) => None with { Left = left, Top = top, Right = right, Bottom = bottom };

    /// <summary>A stretch of time, in seconds.</summary>
    public static Place Interval(float start, float end) => None with { Start = start, End = end };

    /// <summary>What is wrong with it, or null.</summary>
    public string? FindFault()
    {
        var hasBox = !(float.IsNaN(Left) && float.IsNaN(Top) && float.IsNaN(Right) && float.IsNaN(Bottom));
        var hasInterval = !(float.IsNaN(Start) && float.IsNaN(End));
        if (!hasBox && !hasInterval) return "It has neither a box nor an interval.";
        if (hasBox && !(Left >= 0 && Left < Right && Right <= 1 && Top >= 0 && Top < Bottom && Bottom <= 1))
            return $"The box ({Left}, {Top}) to ({Right}, {Bottom}) is not within 0 to 1 with its left before its right and its top above its bottom.";
        if (hasInterval && !(Start >= 0 && Start <= End && float.IsFinite(End)))
            return $"The interval from {Start} s to {End} s does not begin at 0 or later and end after its begin.";
        return null;
    }
}
