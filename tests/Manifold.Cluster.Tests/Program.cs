using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Manifold.Cluster.Tests;

/// <summary>Runs the tests, or what is a command beside them.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments) => arguments switch
    {
        [StormCommand.Verb, .. var rest] => await StormCommand.RunAsync(rest),
        [FanOutCommand.Verb, .. var rest] => await FanOutCommand.RunAsync(rest),
        _ when arguments.Any(argument => argument is "--server" or "--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(arguments),
    };
}
