using System.Text.RegularExpressions;

namespace Manifold.Server.Tests;

/// <summary>No file that servers are deployed with, and no guide to it, names a setting that they do not have.</summary>
public sealed partial class ConfigurationNameTests
{
    public static TheoryData<string> FilesWithNames => [.. DeploymentFiles.All().Where(file => Name().IsMatch(DeploymentFiles.Read(file)))];

    [Theory]
    [MemberData(nameof(FilesWithNames))]
    public void Names_OfADeploymentFile_AreThoseOfOptions(string file)
    {
        var unknown = Name().Matches(DeploymentFiles.Read(file)).Select(m => m.Value).Distinct()
            .Where(name => !(name.StartsWith("Orleans", StringComparison.Ordinal) ? ConfigurationNames.Orleans.Contains(name) : ConfigurationNames.IsOption(name)));
        Assert.Empty(unknown);
    }

    [Fact]
    public void FilesWithNames_AreThoseThatStartServers()
    {
        string[] expected =
        [
            DeploymentFiles.AppHost, DeploymentFiles.Compose, DeploymentFiles.Image, "deploy/docker/Dockerfile.cuda", "deploy/helm/manifold/templates/_silo.tpl",
            "deploy/systemd/cluster.env.example", "deploy/systemd/manifold.service", "deploy/systemd/manifold@.service",
        ];
        Assert.Superset(expected.ToHashSet(), FilesWithNames.Select(row => row.Data).ToHashSet());
    }

    [Theory]
    [InlineData("Manifold__Port", true)]
    [InlineData("Manifold__HttpPort", true)]
    [InlineData("Manifold__Shards__SealRetryAfter", true)]
    [InlineData("Manifold__Encoders__BundleFolders__0", true)]
    [InlineData("Manifold__Prot", false)]
    [InlineData("Manifold__Shards", false)]
    [InlineData("Manifold__Port__0", false)]
    [InlineData("Manifold__SiloName", false)]
    [InlineData("Manifold__Encoders__BundleFolders__first", false)]
    public void IsOption_Name_WhetherServersHaveIt(string name, bool expected) => Assert.Equal(expected, ConfigurationNames.IsOption(name));

    [Fact]
    public void SystemdExample_WithItsUnit_StartsASilo()
    {
        var unit = UnitVariable().Matches(DeploymentFiles.Read("deploy/systemd/manifold@.service")).Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value.Replace("%i", "shard", StringComparison.Ordinal)));
        var options = SiloSettings.Read(unit.Concat(DeploymentFiles.EnvironmentFile("deploy/systemd/cluster.env.example")).Where(v => v.Key.Contains("__", StringComparison.Ordinal)));
        Assert.Equal(Grains.SiloRoles.Shard, options.ParseRoles());
    }

    [GeneratedRegex(@"\b(Manifold|Orleans)__[A-Za-z0-9]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^Environment=(\w+)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex UnitVariable();
}
