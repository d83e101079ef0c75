using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Manifold.Storage.Tests;

/// <summary>Runs the tests, or what a test starts this executable again for.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments) => arguments switch
    {
        [AppendingProcess.Verb, var folder, var writers] => await AppendingProcess.RunAsync(folder, int.Parse(writers, null)),
        [FolderLockTests.Verb, var folder] => FolderLockTests.HoldUntilKilled(folder),
        [LargeObjectProcess.Verb, var uri, var folder] => await LargeObjectProcess.RunAsync(uri, folder),
        _ when arguments.Any(argument => argument is "--server" or "--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(arguments),
    };
}
