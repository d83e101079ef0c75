using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Manifold.Storage;

namespace Manifold.Server.Tests;

/// <summary>The Redis of a deployment keeps what it acknowledges: asked as silos ask it, of a server with the same arguments.</summary>
public sealed partial class RedisSettingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DeploymentFiles.Compose)]
    [InlineData(DeploymentFiles.AppHost)]
    public async Task Redis_WithTheArgumentsOfTheFile_IsDurable(string file)
    {
        var arguments = Argument().Matches(DeploymentFiles.Read(file)).SelectMany(m => new[] { m.Groups[1].Value, m.Groups[2].Value }).ToArray();
        Assert.Empty(await DifferencesAsync(arguments));
    }

    [Fact]
    public async Task Redis_WithoutArguments_IsNot() => Assert.NotEmpty(await DifferencesAsync([]));

    private static async Task<IReadOnlyList<RedisDurabilityDifference>> DifferencesAsync(string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        using var redis = Process.Start(new ProcessStartInfo("redis-server", [
            "--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder.Path, "--logfile", Path.Combine(folder.Path, "redis.log"), .. arguments]))!;
        try
        {
            await using var connection = await ConnectAsync(port, redis);
            return await RedisDurability.CheckAsync(connection, assumeDurable: false, Cancel);
        }
        finally
        {
            redis.Kill();
            await redis.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<RedisConnection> ConnectAsync(int port, Process redis)
    {
        while (true)
        {
            try
            {
                return await RedisConnection.ConnectAsync($"127.0.0.1:{port},connectTimeout=1000", _ => { }, Cancel);
            }
            catch (IOException) when (!redis.HasExited)
            {
                await Task.Delay(20, Cancel);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // --name value in a shell's command, "--name", "value" in C#.
    [GeneratedRegex(@"(--(?:append|no-append|maxmemory)[\w-]*)[\s"",]+(\w+)")]
    private static partial Regex Argument();
}
