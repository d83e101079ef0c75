using System.Security.Cryptography;

namespace Manifold.Encoders;

/// <summary>
/// An encoder model on disk: a folder with <c>bundle.json</c> and the files that it names. Immutable; loading checks the whole
/// folder, so that a <see cref="Bundle"/> that exists is complete and undamaged as of then.
/// </summary>
public sealed class Bundle
{
    /// <summary>A manifest is about 1 KB; the limit keeps a wrong file from being read into memory.</summary>
    public const int MaxManifestBytes = 1 << 20;

    private Bundle(string folder, BundleManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    public BundleManifest Manifest { get; }

    /// <summary>Full path of a file that the manifest names.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>True where the folder holds a <c>bundle.json</c>, whatever is in it.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, BundleManifest.FileName));

    /// <summary>Reads and checks a bundle: every key, and every file's presence, size and SHA-256.</summary>
    /// <exception cref="InvalidBundleException">The folder is no bundle, or something in it is wrong; names file and key.</exception>
    public static Bundle Load(string folder)
    {
        folder = Path.GetFullPath(folder);
        string path = Path.Combine(folder, BundleManifest.FileName);
        BundleManifest manifest = ReadManifest(ReadManifestFile(path), path);
        foreach ((string name, BundleFile file) in manifest.Files)
            CheckFile(Path.Combine(folder, name), name, file, path);
        return new Bundle(folder, manifest);
    }

    /// <summary>Reads and checks a manifest without its files.</summary>
    /// <param name="utf8">Its JSON.</param>
    /// <param name="path">Where it is from, for errors.</param>
    /// <exception cref="InvalidBundleException">A key is missing, unknown or out of range.</exception>
    public static BundleManifest ReadManifest(ReadOnlySpan<byte> utf8, string path)
    {
        BundleManifest manifest = BundleJson.Read(utf8, path);
        BundleManifestChecks.Check(manifest, path);
        return manifest;
    }

    /// <summary>
    /// Writes <c>bundle.json</c> for model files that are already in the folder: fills <see cref="BundleManifest.Files"/> with
    /// their sizes and checksums, checks every key, and replaces an older manifest in one step.
    /// </summary>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="InvalidBundleException">A key is out of range or a model file is not there; nothing was written.</exception>
    public static BundleManifest WriteManifest(string folder, BundleManifest manifest)
    {
        folder = Path.GetFullPath(folder);
        string path = Path.Combine(folder, BundleManifest.FileName);
        var files = new SortedDictionary<string, BundleFile>(StringComparer.Ordinal);
        foreach ((string key, string name) in BundleManifestChecks.NamedFiles(manifest.Towers))
        {
            BundleManifestChecks.CheckFileName(name, key, path);
            string full = Path.Combine(folder, name);
            if (!File.Exists(full))
                throw new InvalidBundleException(full, key, "names this file, which is not there");
            using FileStream stream = File.OpenRead(full);
            files[name] = new BundleFile { Bytes = stream.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(stream)) };
        }

        BundleManifest written = manifest with { Files = files };
        BundleManifestChecks.Check(written, path);
        string temporary = path + ".tmp";
        File.WriteAllBytes(temporary, BundleJson.Write(written));
        File.Move(temporary, path, overwrite: true);
        return written;
    }

    /// <summary>The same bundle, whose folder has another name now.</summary>
    internal Bundle MovedTo(string folder) => new(folder, Manifest);

    private static byte[] ReadManifestFile(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > MaxManifestBytes)
                throw new InvalidBundleException(path, null, $"is {info.Length:N0} bytes long; a manifest has at most {MaxManifestBytes:N0}");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidBundleException(path, null, "is not there, so that its folder is not a bundle", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidBundleException(path, null, $"cannot be read: {e.Message}", e);
        }
    }

    private static void CheckFile(string full, string name, BundleFile file, string manifestPath)
    {
        string key = $"files.{name}";
        try
        {
            if (!File.Exists(full))
                throw new InvalidBundleException(full, key, $"in {BundleManifest.FileName} names this file, which is not there");
            using FileStream stream = File.OpenRead(full);
            if (stream.Length != file.Bytes)
                throw new InvalidBundleException(full, $"{key}.bytes", $"says {file.Bytes:N0} bytes, but the file has {stream.Length:N0}");
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (sha256 != file.Sha256)
                throw new InvalidBundleException(full, $"{key}.sha256", $"says {file.Sha256}, but the file has {sha256}: it is damaged or not the one that {manifestPath} describes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidBundleException(full, key, $"cannot be read: {e.Message}", e);
        }
    }
}
