using System.Collections.Concurrent;
using System.Security.Cryptography;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// Remembers fingerprints between runs, by the hash of the file: decoding 24,000 pictures takes minutes, hashing them a second. The file's name
/// carries the identity of the decoder's assembly, so that another decoder starts anew. Thread-safe.
/// </summary>
internal sealed class FingerprintCache
{
    private readonly ConcurrentDictionary<string, string> _prints = new(StringComparer.Ordinal);
    private readonly string _file;
    private int _saved;

    /// <param name="cache">The data cache, whose folder <c>derived</c> holds the file.</param>
    public FingerprintCache(DataCache cache)
    {
        _file = cache.PathOf($"derived/fingerprints-{typeof(ImageDecoder).Module.ModuleVersionId:N}.tsv");
        if (!File.Exists(_file))
            return;
        foreach (string line in File.ReadLines(_file))
        {
            if (line.Split('\t') is [{ Length: 64 } key, var print])
                _prints[key] = print;
        }

        _saved = _prints.Count;
    }

    /// <summary>The fingerprint of a picture, or null when it cannot be decoded.</summary>
    public string? Of(Picture picture)
    {
        byte[] bytes = picture.ReadBytes();
        string print = _prints.GetOrAdd(Convert.ToHexString(SHA256.HashData(bytes)), _ => PictureFilter.Fingerprint(bytes) ?? "");
        return print.Length == 0 ? null : print;
    }

    /// <summary>Writes what is new. A folder that cannot be written to only costs time next time.</summary>
    public void Save()
    {
        if (_prints.Count == _saved)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            string temporary = $"{_file}.{Environment.ProcessId}";
            File.WriteAllLines(temporary, _prints.Select(pair => $"{pair.Key}\t{pair.Value}"));
            File.Move(temporary, _file, overwrite: true);
            _saved = _prints.Count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Fingerprints not saved: {e.Message}");
        }
    }
}
