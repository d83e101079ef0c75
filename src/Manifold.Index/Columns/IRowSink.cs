namespace Manifold.Index;

/// <summary>Takes the rows of a <see cref="RowSet"/> in ascending order, in the pieces that they are stored in.</summary>
internal interface IRowSink
{
    void Row(int row);

    /// <summary>All rows from the first to the last.</summary>
    void Run(int first, int last);

    /// <summary>One bit a row.</summary>
    /// <param name="firstRow">The row of the first bit, a multiple of 64.</param>
    /// <param name="words">The bits.</param>
    void Words(int firstRow, ReadOnlySpan<ulong> words);
}
