namespace Manifold.Training.Tests;

/// <summary>
/// The tests that draw random numbers from torch or train. Its default generator is one for the whole process: a class that draws or seeds while another trains would change what that one draws, and two runs
/// of one seed would differ. Classes of one collection do not run side by side; others still run beside them.
/// </summary>
[CollectionDefinition(Name)]
public sealed class TorchTests
{
    public const string Name = "torch";
}
