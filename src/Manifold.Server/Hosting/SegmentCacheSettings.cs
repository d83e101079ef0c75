using Manifold.Storage;

namespace Manifold.Server;

/// <summary>Local copies of segments that are kept beyond this machine, bound from <c>Manifold:SegmentCache</c>. Not used where segments are in a folder.</summary>
public sealed record SegmentCacheSettings
{
    /// <summary>The folder, this server's own. Empty: <c>segment-cache</c> in <see cref="ServerOptions.Data"/>.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Bytes of copies at most; those in use stay beyond it. The default is 32 GiB.</summary>
    public long MaxBytes { get; init; } = new SegmentCacheOptions { Folder = "" }.MaxBytes;

    /// <summary>What is wrong, with the key, the value and what is allowed.</summary>
    public IEnumerable<string> Validate(string section)
    {
        if (MaxBytes < SegmentCacheOptions.MinMaxBytes)
        {
            yield return $"{section}:{nameof(MaxBytes)} is {MaxBytes}; it must be {SegmentCacheOptions.MinMaxBytes} or more.";
        }
        if (Folder.Length > 0 && string.IsNullOrWhiteSpace(Folder))
        {
            yield return $"{section}:{nameof(Folder)} is \"{Folder}\"; it must name a folder, or be empty.";
        }
    }
}
