namespace Manifold.Storage.Tests;

/// <summary>
/// What a power loss at one moment can leave: everything flushed is there; of each write and change of length since the file's last flush any set of
/// 512-byte sectors is; a replacement of a file is atomic; deletions may or may not have happened, in their order.
/// </summary>
internal sealed class CrashImage
{
    private const int Sector = 512;

    private readonly Dictionary<string, (byte[] Durable, byte[] Latest)> _files = new(StringComparer.Ordinal);
    private readonly List<string> _deleted = [];

    /// <summary>The last position that had been acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Replays the first <paramref name="count"/> events.</summary>
    public CrashImage(IReadOnlyList<DiskEvent> events, int count)
    {
        foreach (var step in events.Take(count))
            Apply(step);
    }

    /// <summary>Whether something was written that no flush has made durable.</summary>
    public bool HasUnflushed => _files.Values.Any(file => !ReferenceEquals(file.Durable, file.Latest));

    /// <summary>Writes one of the possible images into a folder.</summary>
    /// <param name="original">The folder that the events' paths are in.</param>
    /// <param name="target">Where the image goes.</param>
    /// <param name="random">Decides which sectors reached the disk.</param>
    public void Write(string original, string target, Random random)
    {
        // How likely a sector reached the disk: none, all, most, few; the cases between are where order matters.
        var chance = new[] { 0, 1, 0.9, 0.5, 0.1 }[random.Next(5)];
        var gone = random.Next(_deleted.Count + 1);
        foreach (var (path, file) in _files)
        {
            if (_deleted.IndexOf(path) is var index && index >= 0 && index < gone)
                continue;
            var copy = Path.Combine(target, Path.GetRelativePath(original, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, ReferenceEquals(file.Durable, file.Latest) ? file.Durable : Tear(file.Durable, file.Latest, chance, random));
        }
    }

    private static byte[] Tear(byte[] durable, byte[] latest, double chance, Random random)
    {
        var length = random.Next(4) switch
        {
            0 => durable.Length,
            1 => random.Next(Math.Min(durable.Length, latest.Length), Math.Max(durable.Length, latest.Length) + 1),
            _ => latest.Length,
        };
        var image = new byte[length];
        durable.AsSpan(0, Math.Min(length, durable.Length)).CopyTo(image);
        for (var start = 0; start < Math.Min(length, latest.Length); start += Sector)
        {
            if (random.NextDouble() < chance)
            {
                var bytes = Math.Min(Sector, Math.Min(length, latest.Length) - start);
                latest.AsSpan(start, bytes).CopyTo(image.AsSpan(start));
            }
        }
        return image;
    }

    private void Apply(DiskEvent step)
    {
        switch (step.Kind)
        {
            case DiskEventKind.Write:
                var (durable, before) = _files[step.Path];
                var written = new byte[Math.Max(before.Length, step.Offset + step.Bytes.Length)];
                before.CopyTo(written, 0);
                step.Bytes.CopyTo(written, step.Offset);
                _files[step.Path] = (durable, written);
                break;
            case DiskEventKind.SetLength:
                var cut = new byte[step.Offset];
                _files[step.Path].Latest.AsSpan(0, (int)Math.Min(step.Offset, _files[step.Path].Latest.Length)).CopyTo(cut);
                _files[step.Path] = (_files[step.Path].Durable, cut);
                break;
            case DiskEventKind.Flush:
                _files[step.Path] = (_files[step.Path].Latest, _files[step.Path].Latest);
                break;
            case DiskEventKind.Replace:
                _files[step.Path] = (step.Bytes, step.Bytes);
                _deleted.Remove(step.Path);
                break;
            case DiskEventKind.Delete:
                _deleted.Add(step.Path);
                break;
            default:
                Acknowledged = step.Offset;
                break;
        }
    }
}
