using System.Globalization;

namespace Manifold.Index.Tests;

/// <summary>Random sources whose seed is printed, so that a failure can be run again with <c>MANIFOLD_TEST_SEED</c>.</summary>
internal static class Seeds
{
    public static Random Create()
    {
        var given = Environment.GetEnvironmentVariable("MANIFOLD_TEST_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"MANIFOLD_TEST_SEED={seed}");
        return new Random(seed);
    }
}
