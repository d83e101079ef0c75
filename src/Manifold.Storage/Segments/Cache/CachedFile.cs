using System.Security.Cryptography;
using System.Text;

namespace Manifold.Storage;

/// <summary>A copy in the cache. Its file's name says all that must be known of it: which object it is and the checksum of its bytes.</summary>
internal sealed class CachedFile(string key, string path, long bytes, string checksum)
{
    private const int KeyDigits = 40;
    private const int ChecksumDigits = 32;

    // The last part of the object's name, for people who look into the folder.
    private const int TailLength = 100;

    public string Key => key;

    public string Path => path;

    public long Bytes => bytes;

    /// <summary>XXH3-128, as in <see cref="StoredObject.Checksum"/>.</summary>
    public string Checksum => checksum;

    /// <summary>Whether this process wrote its bytes or compared them with the checksum.</summary>
    public bool Verified { get; set; }

    public int Leases { get; set; }

    /// <summary>Greater is later.</summary>
    public long LastUsed { get; set; }

    /// <summary>What stands for an object of a store: stores that share a cache may have objects of one name.</summary>
    public static string KeyOf(string store, string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{store}\n{name}")))[..KeyDigits];

    public static string FileNameOf(string key, StoredObject stored)
    {
        var tail = stored.Name[(stored.Name.LastIndexOf('/') + 1)..];
        return $"{key}-{stored.Checksum}-{(tail.Length > TailLength ? tail[^TailLength..] : tail)}";
    }

    /// <summary>The copy that a file is, or null for a file that is none.</summary>
    public static CachedFile? TryRead(FileInfo file)
    {
        var parts = file.Name.Split('-', 3);
        return parts is [{ Length: KeyDigits } key, { Length: ChecksumDigits } checksum, _] && key.All(char.IsAsciiHexDigitLower) && checksum.All(char.IsAsciiHexDigitLower)
            ? new CachedFile(key, file.FullName, file.Length, checksum)
            : null;
    }
}
