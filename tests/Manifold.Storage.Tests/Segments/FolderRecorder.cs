using System.IO.Hashing;
using System.Text;

namespace Manifold.Storage.Tests;

/// <summary>Writes down what a <see cref="FolderSegmentStore"/> does to its disk, and makes folders as a power loss could leave them.</summary>
internal sealed class FolderRecorder : StorageIo
{
    private readonly List<Step> _steps = [];

    private enum What
    {
        Begin,
        Stored,
        Deleted,
        FlushFile,
        Link,
        Unlink,
        FlushFolder,
    }

    public int Count => _steps.Count;

    /// <summary>The bytes of an object: they follow from its name.</summary>
    public static byte[] Content(string name)
    {
        var hash = XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(name));
        var content = new byte[hash % 5000];
        new Random((int)hash).NextBytes(content);
        return content;
    }

    /// <summary>Something is done to an object from here on.</summary>
    public void Begin(string name) => _steps.Add(new Step(What.Begin, name, "", []));

    /// <summary>It was acknowledged as stored.</summary>
    public void Stored(string name) => _steps.Add(new Step(What.Stored, name, "", []));

    /// <summary>It was acknowledged as deleted.</summary>
    public void Deleted(string name) => _steps.Add(new Step(What.Deleted, name, "", []));

    public override void Flush(FileStream file)
    {
        base.Flush(file);
        _steps.Add(new Step(What.FlushFile, file.Name, "", []));
    }

    public override bool TryLink(string existing, string path)
    {
        var linked = base.TryLink(existing, path);
        if (linked) _steps.Add(new Step(What.Link, path, existing, File.ReadAllBytes(path)));
        return linked;
    }

    public override void Delete(string path)
    {
        base.Delete(path);
        _steps.Add(new Step(What.Unlink, path, "", []));
    }

    public override void FlushFolder(string folder)
    {
        base.FlushFolder(folder);
        _steps.Add(new Step(What.FlushFolder, folder, "", []));
    }

    /// <summary>Writes one of the folders that a power loss after some steps can leave.</summary>
    /// <returns>What had been acknowledged as stored, and the object that something was being done to.</returns>
    public (Dictionary<string, byte[]> Stored, string? UnderWay) Write(int count, string original, string target, Random random)
    {
        var stored = new Dictionary<string, byte[]>();
        string? underWay = null;
        var flushed = new HashSet<string>();
        var durable = new Dictionary<string, byte[]>();
        var pending = new List<Step>();
        foreach (var step in _steps.Take(count))
        {
            switch (step.What)
            {
                case What.Begin:
                    underWay = step.Path;
                    break;
                case What.Stored:
                    stored[step.Path] = Content(step.Path);
                    underWay = null;
                    break;
                case What.Deleted:
                    stored.Remove(step.Path);
                    underWay = null;
                    break;
                case What.FlushFile:
                    flushed.Add(step.Path);
                    break;
                case What.FlushFolder:
                    foreach (var change in pending.Where(change => Path.GetDirectoryName(change.Path) == step.Path)) Apply(change);
                    pending.RemoveAll(change => Path.GetDirectoryName(change.Path) == step.Path);
                    break;
                default:
                    pending.Add(step);
                    break;
            }
        }

        foreach (var changes in pending.GroupBy(change => Path.GetDirectoryName(change.Path)).ToList())
            foreach (var change in changes.Take(random.Next(changes.Count() + 1))) Apply(change);
        foreach (var (path, bytes) in durable)
        {
            var copy = Path.Combine(target, Path.GetRelativePath(original, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, bytes);
        }

        // Half a write.
        Directory.CreateDirectory(Path.Combine(target, "~writing"));
        File.WriteAllBytes(Path.Combine(target, "~writing", "left.tmp"), [1, 2, 3]);
        return (stored, underWay);

        void Apply(Step change)
        {
            if (change.What == What.Unlink) durable.Remove(change.Path);
            else durable[change.Path] = flushed.Contains(change.From) ? change.Bytes : change.Bytes[..(change.Bytes.Length / 2)];
        }
    }

    private sealed record Step(What What, string Path, string From, byte[] Bytes);
}
