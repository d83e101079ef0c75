namespace Manifold.Training;

/// <summary>
/// Queries that others wrote: UTF-8, a query a line, tab separated: the text, its language, and the ids of the items that are right for it, each of one test's gallery (stamps: their path, emoji: their
/// code, clip art: its path; docs/evaluation.md). Empty lines and those that begin with # are passed over.
/// </summary>
public static class QueryFile
{
    /// <summary>Reads it: one test for each gallery and language, named <c>queries.T.LANGUAGE</c>, against the gallery's pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="galleries">The galleries by the letter of their test.</param>
    /// <exception cref="InvalidDataException">It is not there, or lines are wrong: all of them, each with its place.</exception>
    public static IReadOnlyList<RetrievalTest> Read(string path, IReadOnlyDictionary<string, IReadOnlyList<HeldOutItem>> galleries)
    {
        if (!File.Exists(path))
            throw new InvalidDataException($"{path} is not there: it should hold a query, its language and the ids of right items a line, with tabs between.");
        var places = galleries.ToDictionary(pair => pair.Key, pair => pair.Value.Index().ToDictionary(item => item.Item.Key, item => item.Index, StringComparer.Ordinal));
        var tests = new SortedDictionary<(string Gallery, string Language), List<(string Text, int[] Right)>>();
        var errors = new List<string>();
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#')
                continue;
            string[] columns = [.. line.Split('\t').Select(column => column.Trim())];
            if (columns.Length < 3 || columns.Any(column => column.Length == 0))
            {
                errors.Add($"{path}:{index + 1}: there must be a query, a language and at least one id, with tabs between");
                continue;
            }

            string[] ids = columns[2..];
            var unknown = ids.Where(id => !places.Values.Any(gallery => gallery.ContainsKey(id))).ToArray();
            string? gallery = places.FirstOrDefault(pair => ids.All(pair.Value.ContainsKey)).Key;
            if (unknown.Length > 0)
                errors.Add($"{path}:{index + 1}: no gallery has {string.Join(", ", unknown)}");
            else if (gallery is null)
                errors.Add($"{path}:{index + 1}: the ids are of several galleries");
            else
                (tests.TryGetValue((gallery, columns[1]), out var queries) ? queries : tests[(gallery, columns[1])] = []).Add((columns[0], [.. ids.Select(id => places[gallery][id])]));
        }

        if (errors.Count > 0)
            throw new InvalidDataException(string.Join('\n', errors));
        if (tests.Count == 0)
            throw new InvalidDataException($"{path} has no query.");
        return [.. tests.Select(pair => new RetrievalTest(
            $"queries.{pair.Key.Gallery}.{pair.Key.Language}", [.. pair.Value.Select(query => Probe.Of(query.Text))], [.. galleries[pair.Key.Gallery].Select(item => Probe.Of(item.Picture))],
            [.. pair.Value.Select(query => (IReadOnlyList<int>)query.Right)]))];
    }
}
