namespace Manifold.Index;

/// <summary>The points of one attribute in ascending order of latitude, each with its row.</summary>
internal sealed unsafe class GeoColumn
{
    private readonly SectionFile _file;
    private readonly SegmentSection _rows;
    private readonly double* _latitudes;
    private readonly double* _longitudes;

    /// <exception cref="CorruptSegmentException">The sections' lengths do not fit each other or the rows.</exception>
    public GeoColumn(SectionFile file, SegmentSection latitudes)
    {
        _file = file;
        var count = latitudes.Length / sizeof(double);
        if (latitudes.Length % sizeof(double) != 0 || count > file.RowCount) throw file.Damaged(latitudes, 0, $"{latitudes.Length} bytes of latitudes for {file.RowCount} rows");
        _latitudes = (double*)file.At(latitudes);
        _longitudes = (double*)file.At(file.Find(SectionKind.GeoLongitudes, latitudes.Space, latitudes.Length));
        _rows = file.Find(SectionKind.GeoRows, latitudes.Space, count * sizeof(int));
        Count = (int)count;
    }

    /// <summary>How many points there are, which is how many rows have one.</summary>
    public int Count { get; }

    /// <summary>The places of the points between two latitudes, both included.</summary>
    public (int From, int To) Band(double south, double north) => (Find(latitude => latitude < south), Find(latitude => latitude <= north));

    /// <summary>Sets the bits of the rows whose points are in an area, looking at a band of points.</summary>
    /// <exception cref="CorruptSegmentException">A row is not one of the segment's.</exception>
    public void AddTo(Span<ulong> words, GeoShape shape, int from, int to)
    {
        var rows = (int*)_file.At(_rows);
        for (var i = from; i < to; i++)
        {
            if (!shape.Contains(_latitudes[i], _longitudes[i])) continue;
            if ((uint)rows[i] >= (uint)_file.RowCount) throw _file.Damaged(_rows, i * (long)sizeof(int), $"row {rows[i]} is not one of {_file.RowCount}");
            words[rows[i] >>> 6] |= 1UL << rows[i];
        }
    }

    /// <summary>How many points come before; those that do are first.</summary>
    private int Find(Predicate<double> comesBefore)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (comesBefore(_latitudes[middle])) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
