namespace Manifold.Cluster.Tests;

/// <summary>A file system of its own that is soon full. Unmounted when disposed.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private SmallDisk(TemporaryFolder folder) => _folder = folder;

    public string Path => _folder.Path;

    /// <summary>Mounts one of <paramref name="mebibytes"/> MiB.</summary>
    /// <returns>The disk, or why there is none.</returns>
    public static async Task<(SmallDisk? Disk, string Reason)> TryMountAsync(int mebibytes, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return (null, "needs Linux, to mount a tmpfs");
        }
        var folder = new TemporaryFolder();
        await using var mount = ToolProcess.Start("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder.Path]);
        var (code, _, errors) = await mount.WaitAsync(cancellationToken);
        if (code == 0)
        {
            return (new SmallDisk(folder), "");
        }
        folder.Dispose();
        return (null, $"this user may not mount a tmpfs: {errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await using (var unmount = ToolProcess.Start("umount", [_folder.Path]))
        {
            var (code, _, errors) = await unmount.WaitAsync(CancellationToken.None);
            Assert.True(code == 0, errors);
        }
        _folder.Dispose();
    }
}
