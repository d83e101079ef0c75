namespace Manifold.Architecture.Tests;

/// <summary>References run downward only; ARCHITECTURE.md shows the same picture.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Manifold.Index"] = [],
        ["Manifold.Storage"] = [],
        ["Manifold.Shards"] = ["Manifold.Index", "Manifold.Storage"],
        ["Manifold.Encoders"] = [],
        ["Manifold.Protocol"] = [],
        ["Manifold.Grains"] = ["Manifold.Shards", "Manifold.Encoders"],
        ["Manifold.ServiceDefaults"] = [],
        ["Manifold.Server"] = ["Manifold.Protocol", "Manifold.Grains", "Manifold.ServiceDefaults"],
        ["Manifold.Client"] = ["Manifold.Protocol"],
        ["Manifold.Cli"] = ["Manifold.Client", "Manifold.Encoders", "Manifold.Server"],
        ["Manifold.Training"] = ["Manifold.Encoders"],
        ["Manifold.AppHost"] = ["Manifold.Server"],
    };

    public static TheoryData<string> Projects => [.. Repository.ProjectReferences.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_AreAmongTheAllowed(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is not in the picture: add it to ARCHITECTURE.md and to this test");
        Assert.Empty(Repository.ProjectReferences[project].Except(allowed));
    }

    [Fact]
    public void EveryProjectOfThePicture_Exists() => Assert.Empty(Allowed.Keys.Except(Repository.ProjectReferences.Keys));

    [Theory]
    [InlineData("Manifold.Client")]
    [InlineData("Manifold.Shards")]
    [InlineData("Manifold.Encoders")]
    [InlineData("Manifold.Training")]
    public void Orleans_StaysInGrainsAndAbove(string project) =>
        Assert.DoesNotContain(PackagesBelow(project), package => package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal));

    [Theory]
    [InlineData("Manifold.Server")]
    [InlineData("Manifold.Cli")]
    public void TorchSharp_StaysInTheTrainer(string project) =>
        Assert.DoesNotContain(PackagesBelow(project), package => package.Contains("Torch", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void Index_ReferencesNoNativePackage() =>
        Assert.Equal(["System.IO.Hashing"], Repository.PackageReferences["Manifold.Index"]);

    [Fact]
    public void CSharpFiles_StayShort()
    {
        var long_ = Repository.SourceFiles()
            .Select(file => (File: Path.GetRelativePath(Repository.Root, file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > 500);
        Assert.Empty(long_);
    }

    private static IEnumerable<string> PackagesBelow(string project) => Repository.Closure(project).SelectMany(p => Repository.PackageReferences[p]);
}
