namespace Manifold.Storage;

public sealed partial class FolderSegmentStore
{
    /// <inheritdoc/>
    public string Location => _root;

    private string MarkerPath => Path.Combine(_root, SegmentStoreMarker.ObjectName);

    /// <inheritdoc/>
    public async Task<SegmentStoreMarker?> ReadMarkerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return SegmentStoreMarker.Decode(await File.ReadAllBytesAsync(MarkerPath, cancellationToken), MarkerPath);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<SegmentStoreMarker> ClaimAsync(string clusterId, CancellationToken cancellationToken)
    {
        var mine = SegmentStoreMarker.New(clusterId);
        if (!File.Exists(MarkerPath))
            await Task.Run(() => WriteMarker(mine.Encode()), cancellationToken);
        var shown = await ReadMarkerAsync(cancellationToken) ?? throw new IOException($"{MarkerPath} was deleted while it was being read");
        return shown.Of(clusterId, Location);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Writes the marker unless one is there. A link is made or refused in one step on shared mounts too; a rename would put one marker over another.</summary>
    private void WriteMarker(byte[] content)
    {
        var temporary = Path.Combine(_temporaries, Guid.NewGuid().ToString("N") + DurableFile.TemporarySuffix);
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(handle, content, 0);
                RandomAccess.FlushToDisk(handle);
            }
            PosixFile.TryLink(temporary, MarkerPath);
            PosixFile.FlushFolder(_root);
        }
        finally
        {
            DurableFile.TryDelete(temporary);
        }
    }
}
