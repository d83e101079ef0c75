namespace Manifold.Index;

/// <summary>The sections of a segment file and of the file of its indexes. The numbers are part of the stored form.</summary>
internal enum SectionKind : byte
{
    /// <summary>
    /// By space: [rows × dimension] float32, zeros where a row has none; empty if no row has one. In a multi-vector space [vectors × dimension], by row.
    /// </summary>
    Vectors = 1,

    /// <summary>By space: one bit a row; only there if some rows have a vector and some have none.</summary>
    Presence = 2,

    /// <summary>rows + 1 offsets (u64) into <see cref="IdBytes"/>.</summary>
    IdOffsets = 3,

    /// <summary>The ids' UTF-8, in ascending order.</summary>
    IdBytes = 4,

    /// <summary>XXH3-64 of each id (u64), in ascending order.</summary>
    IdHashes = 5,

    /// <summary>The row (i32) of each hash, in the order of <see cref="IdHashes"/>; equal hashes by row.</summary>
    IdHashRows = 6,

    /// <summary>rows + 1 offsets (u64) into <see cref="AttributeBytes"/>.</summary>
    AttributeOffsets = 7,

    /// <summary>The attributes' binary forms.</summary>
    AttributeBytes = 8,

    /// <summary>One code (u8) a row.</summary>
    Modalities = 9,

    /// <summary>rows + 1 offsets (u64) into <see cref="ContentBytes"/>.</summary>
    ContentOffsets = 10,

    /// <summary>The content references' UTF-8.</summary>
    ContentBytes = 11,

    /// <summary>By multi-vector space, and only there: rows + 1 numbers (u64) of each row's first vector.</summary>
    VectorStarts = 12,

    /// <summary>By multi-vector space where a row has places: [vectors] of six float32 (see <see cref="Place"/>), NaN in rows that have none.</summary>
    Places = 13,

    /// <summary>Of an index: how many attributes have columns (i32), and how many were left out (i32).</summary>
    Columns = 16,

    /// <summary>By attribute: a <see cref="RowSetTable"/> with the rows of each <see cref="KindRows"/>.</summary>
    KindRows = 17,

    /// <summary>By attribute: offsets (u64) into <see cref="TextBytes"/>, one more than there are distinct texts.</summary>
    TextOffsets = 18,

    /// <summary>By attribute: the distinct texts' UTF-8 in ascending order, elements of lists included.</summary>
    TextBytes = 19,

    /// <summary>By attribute: a <see cref="RowSetTable"/> with the rows of each text.</summary>
    TextRows = 20,

    /// <summary>By attribute: a key (i64) for each number in ascending order (see <see cref="SortedColumn.KeyOf"/>).</summary>
    NumberKeys = 21,

    /// <summary>By attribute: the row (i32) of each key; equal keys by row.</summary>
    NumberRows = 22,

    /// <summary>By attribute: microseconds since 1970 (i64) in ascending order.</summary>
    TimeKeys = 23,

    /// <summary>By attribute: the row (i32) of each time; equal times by row.</summary>
    TimeRows = 24,

    /// <summary>By attribute: the latitude (f64) of each point in ascending order; equal ones by longitude, then by row.</summary>
    GeoLatitudes = 25,

    /// <summary>By attribute: the longitude (f64) of each point.</summary>
    GeoLongitudes = 26,

    /// <summary>By attribute: the row (i32) of each point.</summary>
    GeoRows = 27,

    /// <summary>Of an index: a <see cref="RowSetTable"/> with the rows of each modality code.</summary>
    ModalityRows = 28,

    /// <summary>Of an index: how many attributes have a full text (i32).</summary>
    FullText = 48,

    /// <summary>By attribute: how many terms its rows have in all (i64).</summary>
    TermTotals = 49,

    /// <summary>By attribute: offsets (i64) into <see cref="TermBytes"/>, one more than there are terms.</summary>
    TermOffsets = 50,

    /// <summary>By attribute: the terms' UTF-8 in ascending order.</summary>
    TermBytes = 51,

    /// <summary>By attribute: where the postings of each term begin (i64), and the end.</summary>
    PostingStarts = 52,

    /// <summary>By attribute: the rows (i32) of each term, ascending.</summary>
    PostingRows = 53,

    /// <summary>By attribute: how often each of these rows has the term (u8), at most 255.</summary>
    PostingCounts = 54,

    /// <summary>By attribute: terms (i32) of each row.</summary>
    TermLengths = 55,

    // Of index files, by space, from here on.

    /// <summary>Settings and measurements of a partition index.</summary>
    PartitionSettings = 64,

    /// <summary>[partitions + 1 × dimension] float32: the centroids, then their mean.</summary>
    PartitionCentroids = 65,

    /// <summary>Blocks of signs of the centroids.</summary>
    PartitionDirectory = 66,

    /// <summary>float32: squared norms of the centroids, then spreads, each padded with zeros to whole blocks.</summary>
    PartitionSpreads = 67,

    /// <summary>i32: where each partition's vectors begin, and the end; then where its blocks begin, and the end.</summary>
    PartitionStarts = 68,

    /// <summary>Blocks of signs of the vectors.</summary>
    PartitionBlocks = 69,

    /// <summary>Low codes of the vectors; empty with one bit an element.</summary>
    PartitionLowCodes = 70,

    /// <summary>i32: the segment's row of each vector.</summary>
    PartitionRows = 71,

    /// <summary>Settings of scalar codes (see <see cref="Scalar.ScalarCodes"/>).</summary>
    ScalarSettings = 80,

    /// <summary>[rows × padded dimension] of elements of one or two bytes.</summary>
    ScalarRows = 81,

    /// <summary>float32 by row: how far its code lies from its vector.</summary>
    ScalarErrors = 82,

    /// <summary>Under L2: float32 by row: the vector's squared norm.</summary>
    ScalarNorms = 83,
}
