using System.Reflection;
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

    /// <summary>Methods that look harmless and convert a default of theirs, as <c>add</c> its factor 1.</summary>
    [Fact]
    public void Trainer_CallsNothingThatConvertsANumberOnTheWay()
    {
        var module = typeof(Scalars).Module;
        using var stream = File.OpenRead(module.FullyQualifiedName);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        var called = metadata.MemberReferences
            .Where(handle => metadata.GetMemberReference(handle) is { Parent.Kind: HandleKind.TypeReference } member && member.GetKind() == MemberReferenceKind.Method)
            .Select(handle => module.ResolveMethod(MetadataTokens.GetToken(handle))!)
            .Where(method => method.DeclaringType!.Assembly == typeof(torch).Assembly)
            .ToArray();
        Assert.NotEmpty(called);
        var converting = called.Where(method => Converts(method, [])).Select(method => $"{method.DeclaringType!.Name}.{method}").ToArray();
        Assert.Equal([], converting);
    }

    /// <summary>Whether a method of the library, or one that it calls, makes a scalar of a number.</summary>
    private static bool Converts(MethodBase method, HashSet<MethodBase> seen)
    {
        if (!seen.Add(method) || method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            return false;
        }
        for (var i = 0; i + 4 < code.Length; i++)
        {
            // call, callvirt and newobj, each before a token. Bytes that only look like one resolve to nothing, or to something harmless.
            if (code[i] is not (0x28 or 0x6F or 0x73))
            {
                continue;
            }
            MethodBase? target;
            try
            {
                target = method.Module.ResolveMethod(BitConverter.ToInt32(code, i + 1), method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException)
            {
                continue;
            }
            if (target is MethodInfo { Name: "op_Implicit" or "ToScalar" } made && made.ReturnType == typeof(Scalar))
            {
                return true;
            }
            if (target?.Module == method.Module && target.DeclaringType is { } type && (type == typeof(torch.Tensor) || type.DeclaringType == typeof(torch) || type.DeclaringType == typeof(torch.nn)) && Converts(target, seen))
            {
                return true;
            }
        }
        return false;
    }

    [Fact]
    public void Of_TheSameNumber_IsTheSameScalar() => Assert.Same(Scalars.Of(0.25), Scalars.Of(0.25));
}
