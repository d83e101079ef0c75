using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using TorchSharp;

namespace Manifold.Training.Tests;

/// <summary>No number is handed to the tensor library in a way in which a garbage collection may free it: <see cref="Scalars"/> says why.</summary>
[Collection(TorchTests.Name)]
public sealed class ScalarTests
{
    public ScalarTests() => TorchRuntime.EnsureReady(1);

    [Fact]
    public void Trainer_ConvertsNoNumberOnTheWay()
    {
        var module = typeof(Scalars).Module;
        using var stream = File.OpenRead(module.FullyQualifiedName);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        var operators = metadata.MemberReferences
            .Where(handle => metadata.GetMemberReference(handle) is { Parent.Kind: HandleKind.TypeReference } member
                && metadata.GetString(member.Name).StartsWith("op_", StringComparison.Ordinal))
            .Select(handle => module.ResolveMethod(MetadataTokens.GetToken(handle))!)
            .Where(method => method.DeclaringType == typeof(Scalar) || method.DeclaringType == typeof(torch.Tensor))
            .ToArray();
        Assert.NotEmpty(operators);
        Assert.DoesNotContain(operators, method => method.DeclaringType == typeof(Scalar) || method.GetParameters().Any(parameter => parameter.ParameterType.IsPrimitive));
    }

    [Fact]
    public void Of_TheSameNumber_IsTheSameScalar() => Assert.Same(Scalars.Of(0.25), Scalars.Of(0.25));
}
