namespace Manifold.Index.Tests.Columns;

public sealed class RowSetTests : IDisposable
{
    private const int Rows = 300_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AddTo_OfAnyShape_SetsTheRowsThatWereGiven()
    {
        var random = Seeds.Create();
        var sets = new List<int[]> { Array.Empty<int>(), new[] { 0 }, new[] { Rows - 1 }, new[] { 65_535, 65_536 }, Enumerable.Range(0, Rows).ToArray() };
        for (var i = 0; i < 60; i++) sets.Add(Next(random));
        using var file = Write(sets, Rows);
        var table = new RowSetTable(file, file.Find(SectionKind.ModalityRows));
        Assert.Equal(sets.Count, table.Count);
        for (var i = 0; i < sets.Count; i++)
        {
            var words = new ulong[RowWords.Count(Rows)];
            table.Get(i).AddTo(words);
            Assert.Equal(sets[i], RowsOf(words));
            Assert.Equal(sets[i].Length, table.CountOf(i));
            var others = new ulong[words.Length];
            foreach (var row in Next(random)) others[row / 64] |= 1UL << row;
            var expected = sets[i].Count(row => RowWords.Contains(others, row));
            Assert.Equal(expected, table.Get(i).CountIn(others));
        }
    }

    [Fact]
    public void Write_ChoosesTheSmallestForm()
    {
        int[] few = [1, 70_000, 140_000], run = [.. Enumerable.Range(10, 40_000)], dense = [.. Enumerable.Range(0, 32_000).Select(i => i * 2)], sparse = [.. Enumerable.Range(0, 1000).Select(i => i * 3)];
        using var file = Write([few, run, dense, sparse], Rows);
        var table = new RowSetTable(file, file.Find(SectionKind.ModalityRows));
        Assert.Equal([8 + 16, 8 + 8 + 8, 8 + 8 + 8192, 8 + 8 + 2000], Enumerable.Range(0, 4).Select(i => table.Get(i).Bytes));
    }

    [Fact]
    public void AddTo_OfDamagedBytes_RefusesOrStaysWithinTheRows()
    {
        var random = Seeds.Create();
        int[][] sets = [[3, 9, 70_000], [.. Enumerable.Range(65_000, 2_000)], [.. Enumerable.Range(0, 60_000).Where(row => row % 3 != 0)], [.. Enumerable.Range(0, 500).Select(i => i * 140)], [99_999]];
        using var intact = Write(sets, 100_000);
        var section = intact.Find(SectionKind.ModalityRows);
        var bytes = File.ReadAllBytes(intact.Path);
        var refused = 0;
        for (var i = 0; i < 1200; i++)
        {
            var at = (int)(section.Offset + (i < 400 ? i : random.NextInt64(section.Length)));
            var damaged = bytes.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            var path = _folder.NewFile();
            File.WriteAllBytes(path, damaged);
            using var file = SectionFile.Open(path, SectionFileKind.Index);
            try
            {
                var table = new RowSetTable(file, file.Find(SectionKind.ModalityRows));
                for (var set = 0; set < table.Count; set++)
                {
                    var words = new ulong[RowWords.Count(100_000)];
                    table.Get(set).AddTo(words);
                    Assert.Equal(0, RowWords.CountRun(words, 100_000, (words.Length * 64) - 1));
                }
            }
            catch (CorruptSegmentException error)
            {
                Assert.Equal(("ModalityRows", path), (error.Section, error.File));
                Assert.InRange(error.Offset, section.Offset, section.Offset + section.Length);
                refused++;
            }

            File.Delete(path);
        }

        Assert.InRange(refused, 300, 1200);
    }

    private static int[] Next(Random random)
    {
        var words = new ulong[RowWords.Count(Rows)];
        for (var piece = random.Next(1, 6); piece > 0; piece--)
        {
            var first = random.Next(Rows);
            var last = Math.Min(Rows - 1, first + random.Next(90_000));
            if (random.Next(3) == 0) RowWords.SetRun(words, first, last);
            else for (var step = 1 << random.Next(14); first <= last; first += random.Next(1, step + 1)) words[first / 64] |= 1UL << first;
        }

        return RowsOf(words);
    }

    private static int[] RowsOf(ulong[] words) => [.. Enumerable.Range(0, words.Length * 64).Where(row => RowWords.Contains(words, row))];

    private SectionFile Write(IReadOnlyList<int[]> sets, int rows)
    {
        var builder = new RowSetTableBuilder(sets.Count);
        for (var i = 0; i < sets.Count; i++) builder.Set(i, sets[i]);
        var path = _folder.NewFile();
        using (var file = File.Create(path)) SectionWriter.Write(file, SectionFileKind.Index, rows, [builder.ToSection(SectionKind.ModalityRows, "")]);
        return SectionFile.Open(path, SectionFileKind.Index);
    }
}
