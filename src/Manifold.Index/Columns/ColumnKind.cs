namespace Manifold.Index;

/// <summary>What the value of an attribute can be in one row, as the sets of <see cref="SectionKind.KindRows"/> are numbered. Part of the stored form; new ones are appended.</summary>
internal enum ColumnKind
{
    String,
    Number,
    False,
    True,
    Time,
    StringList,
    GeoPoint,
}
