namespace Manifold.Index;

/// <summary>The kinds of attribute values. The numbers are part of the stored form.</summary>
public enum AttributeKind : byte
{
    /// <summary>Unicode text.</summary>
    String = 1,

    /// <summary>A double; never NaN, and zero has one sign.</summary>
    Number = 2,

    /// <summary>True or false.</summary>
    Bool = 3,

    /// <summary>A moment in UTC, in whole microseconds.</summary>
    Time = 4,

    /// <summary>An ordered list of texts.</summary>
    StringList = 5,

    /// <summary>A latitude and a longitude in degrees.</summary>
    GeoPoint = 6,
}
