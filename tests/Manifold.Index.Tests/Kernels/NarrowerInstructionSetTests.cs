using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Manifold.Index.Kernels;

namespace Manifold.Index.Tests.Kernels;

/// <summary>Runs the other tests of this namespace again, in processes whose runtime is told not to use some of the machine's instructions.</summary>
public sealed partial class NarrowerInstructionSetTests
{
    private static readonly Type ThisClass = typeof(NarrowerInstructionSetTests);

    [Theory]
    [InlineData("DOTNET_EnableAVX512", nameof(VectorWidth.Bits256))]
    [InlineData("DOTNET_EnableAVX2", nameof(VectorWidth.Bits128))]
    [InlineData("DOTNET_EnableHWIntrinsic", nameof(VectorWidth.Scalar))]
    public async Task KernelTests_WithoutInstructionSet_PassOnTheNarrowerPath(string knob, string widest)
    {
        VectorWidth expected = (VectorWidth)Math.Min((int)Enum.Parse<VectorWidth>(widest), (int)KernelLadderTests.WidestOfThisProcess);

        (int exitCode, string output) = await RunKernelTestsAsync(expected, (knob, "0"));

        Assert.True(exitCode == 0, output);
        int total = int.Parse(TotalTests().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        Assert.True(total >= 40, $"Only {total} tests ran.\n{output}");
    }

    [Fact]
    public async Task KernelTests_ExpectedWidthIsNotTheOneInUse_Fail()
    {
        VectorWidth wrong = KernelLadderTests.WidestOfThisProcess == VectorWidth.Scalar ? VectorWidth.Bits128 : VectorWidth.Scalar;

        (int exitCode, string output) = await RunKernelTestsAsync(wrong);

        Assert.True(exitCode != 0, output);
        Assert.Contains(nameof(KernelLadderTests.WidthFor_LongRow_IsTheWidestAllowed), output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunKernelTestsAsync(VectorWidth expected, params (string Name, string Value)[] variables)
    {
        // The executable that runs this test, or the dotnet host with the assembly as its first argument.
        string host = Environment.ProcessPath!;
        ProcessStartInfo start = new(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
            start.ArgumentList.Add(ThisClass.Assembly.Location);

        // This class is left out of the child's run: it would start children of its own.
        foreach (string argument in (string[])["-noColor", "-namespace", ThisClass.Namespace!, "-class-", ThisClass.FullName!])
            start.ArgumentList.Add(argument);
        start.Environment[KernelLadderTests.ExpectedWidthVariable] = expected.ToString();
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;

        using Process child = Process.Start(start)!;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        try
        {
            Task<string> output = child.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> errors = child.StandardError.ReadToEndAsync(cancellation);
            await child.WaitForExitAsync(cancellation);
            return (child.ExitCode, await output + await errors);
        }
        finally
        {
            if (!child.HasExited)
                child.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"Total: (\d+)")]
    private static partial Regex TotalTests();
}
