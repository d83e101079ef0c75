using System.Diagnostics;

namespace Manifold.Server.Tests;

/// <summary>What an image says of itself holds for a running server.</summary>
public sealed class ImageTests(ManagedServer shared)
{
    private const string Cuda = "deploy/docker/Dockerfile.cuda";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DeploymentFiles.Image)]
    [InlineData(Cuda)]
    public async Task HealthCheck_OfAServer_SucceedsWhileItLives(string dockerfile)
    {
        var command = DeploymentFiles.ImageHealthCheck(dockerfile);
        Assert.Equal(0, await RunAsync(command, shared.Server.HttpAddress!.Port));
        // Nothing that speaks HTTP/1.1 is there.
        Assert.NotEqual(0, await RunAsync(command, shared.Server.Address.Port));
    }

    [Theory]
    [InlineData(DeploymentFiles.Image)]
    [InlineData(Cuda)]
    public void Instructions_OfAnImage_LeaveRootAndSetTheSameServer(string dockerfile)
    {
        Assert.Contains("\nUSER 1654\n", DeploymentFiles.Read(dockerfile), StringComparison.Ordinal);
        var variables = DeploymentFiles.ImageVariables(dockerfile);
        Assert.Equal(["0.0.0.0", "6810", "6811", "/var/lib/manifold"], new[] { "Listen", "Port", "HttpPort", "Data" }.Select(name => variables[$"Manifold__{name}"]));
    }

    private static async Task<int> RunAsync(string[] command, int port)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true };
        start.Environment["Manifold__HttpPort"] = $"{port}";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode;
    }
}
