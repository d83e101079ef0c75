using Manifold.Grains;

namespace Manifold.Server.Tests;

/// <summary>The compose file says what its silos and its Redis need to start.</summary>
public sealed class ComposeTests
{
    private static readonly Dictionary<object, object?> File = DeploymentFiles.ReadYaml(DeploymentFiles.Compose);

    public static TheoryData<string> Silos => [.. File.MapAt("services").Keys.Cast<string>().Where(name => name != "redis")];

    [Theory]
    [MemberData(nameof(Silos))]
    public void Silo_Environment_IsThatOfASiloByItsName(string service)
    {
        var options = Read(service);
        Assert.Equal(service, options.Name);
        Assert.Equal("0.0.0.0", options.Listen);
    }

    [Theory]
    [MemberData(nameof(Silos))]
    public void Silo_Volumes_HoldTheSegmentsAndAreDeclared(string service)
    {
        var mounts = File.ListAt("services", service, "volumes").Cast<string>().Select(mount => mount.Split(':')).ToArray();
        Assert.Contains(mounts, mount => mount[0] == "segments" && $"file://{mount[1]}" == Read(service).SegmentStore);
        Assert.All(mounts, mount => Assert.Contains(mount[0], File.MapAt("volumes").Keys));
    }

    [Fact]
    public void Silos_Together_HaveAllRolesAndTwoSilosForEveryShard()
    {
        var roles = Silos.Select(row => Read(row.Data).ParseRoles()).ToArray();
        Assert.Equal(SiloRoles.All, roles.Aggregate((all, role) => all | role));
        Assert.True(roles.Count(role => role.HasFlag(SiloRoles.Shard)) >= 2);
    }

    [Fact]
    public void Gateway_Ports_AreThoseOfTheImageOnLoopback()
    {
        var options = Read("gateway");
        Assert.Equal([$"127.0.0.1:{options.Port}:{options.Port}", $"127.0.0.1:{options.HttpPort}:{options.HttpPort}"], File.ListAt("services", "gateway", "ports").Cast<string>());
        Assert.Contains($"EXPOSE {options.Port} {options.HttpPort} 11111", DeploymentFiles.Read(DeploymentFiles.Image), StringComparison.Ordinal);
    }

    private static ServerOptions Read(string service)
    {
        var variables = DeploymentFiles.ImageVariables(DeploymentFiles.Image);
        foreach (var (key, value) in DeploymentFiles.EnvironmentFile("deploy/compose/redis.env.example").Where(v => v.Key.Contains("__", StringComparison.Ordinal)))
        {
            variables[key] = value;
        }
        foreach (var (key, value) in File.MapAt("services", service, "environment"))
        {
            variables[(string)key] = (string)value!;
        }
        return SiloSettings.Read(variables);
    }
}
