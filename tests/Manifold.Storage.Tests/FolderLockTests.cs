using System.Globalization;

namespace Manifold.Storage.Tests;

public sealed class FolderLockTests
{
    public const string Verb = "hold-lock-until-killed";

    /// <summary>What this executable does as the process that holds the lock.</summary>
    internal static int HoldUntilKilled(string folder)
    {
        using var held = FolderLock.Acquire(folder);
        Console.Out.WriteLine("held");
        Console.Out.Flush();
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    [Fact]
    public void Acquire_HeldInThisProcess_NamesFolderAndProcess()
    {
        using var folder = new TemporaryFolder();
        using (FolderLock.Acquire(folder.Path))
        {
            var error = Assert.Throws<FolderLockedException>(() => FolderLock.Acquire(folder.Path));
            Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        }
        FolderLock.Acquire(folder.Path).Dispose();
    }

    [Fact]
    public async Task Acquire_HeldByAnotherProcess_IsRefusedUntilThatProcessIsKilled()
    {
        using var folder = new TemporaryFolder();
        using var process = LogScenario.StartSelf(Verb, folder.Path);
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync(LogScenario.Cancel));
        var error = Assert.Throws<FolderLockedException>(() => FolderLock.Acquire(folder.Path));
        Assert.Contains($"process {process.Id.ToString(CultureInfo.InvariantCulture)}", error.Message, StringComparison.Ordinal);
        process.Kill();
        await process.WaitForExitAsync(LogScenario.Cancel);
        FolderLock.Acquire(folder.Path).Dispose();
    }

    [Fact]
    public void Acquire_FolderIsMissing_CreatesIt()
    {
        using var folder = new TemporaryFolder();
        using var held = FolderLock.Acquire(folder["a/b"]);
        Assert.True(Directory.Exists(folder["a/b"]));
    }

    [Fact]
    public void Acquire_AFileIsInTheFoldersPlace_NamesTheFolder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data"], "");
        var error = Assert.Throws<IOException>(() => FolderLock.Acquire(folder["data"]));
        Assert.Contains(folder["data"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Acquire_FolderCannotBeCreated_NamesTheFolder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc, where nobody may create a folder");
        var error = Assert.ThrowsAny<SystemException>(() => FolderLock.Acquire("/proc/manifold"));
        Assert.Contains("the data folder /proc/manifold cannot be", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Acquire_NoRightToWrite_NamesTheFolder()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may write everywhere");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix modes");
            return;
        }
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var error = Assert.Throws<UnauthorizedAccessException>(() => FolderLock.Acquire(folder["data"]));
        Assert.Contains(folder["data"], error.Message, StringComparison.Ordinal);
    }
}
