using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019). TorchSharp's own hands numbers to the native side that a garbage collection may
/// free while they are read (<see cref="Scalars"/>).
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.98, Epsilon = 1e-8;
    private readonly List<(Parameter Weights, double Decay, Tensor Mean, Tensor Square)> _parameters = [];
    private long _steps;

    /// <param name="parameters">What is learnt, each with its weight decay.</param>
    public AdamW(IEnumerable<(Parameter Weights, double Decay)> parameters)
    {
        foreach (var (weights, decay) in parameters)
            _parameters.Add((weights, decay, zeros_like(weights).DetachFromDisposeScope(), zeros_like(weights).DetachFromDisposeScope()));
    }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
            parameter.Weights.grad?.zero_();
    }

    /// <summary>Moves the weights against their gradients; a parameter without one stays.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        _steps++;
        using var move = (-learningRate / (1 - Math.Pow(Beta1, _steps))).ToScalar();
        using var correction = Math.Sqrt(1 - Math.Pow(Beta2, _steps)).ToScalar();
        foreach (var (weights, decay, mean, square) in _parameters)
        {
            if (weights.grad is not { } gradient)
                continue;
            using var kept = (1 - (learningRate * decay)).ToScalar();
            weights.mul_(kept);
            mean.mul_(Scalars.Of(Beta1)).add_(gradient, Scalars.Of(1 - Beta1));
            square.mul_(Scalars.Of(Beta2)).addcmul_(gradient, gradient, Scalars.Of(1 - Beta2));
            weights.addcdiv_(mean, square.sqrt().div_(correction).add_(Scalars.Of(Epsilon), Scalars.Of(1)), move);
        }
    }

    /// <summary>Writes the state, to be read by one over the same parameters.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_steps);
        foreach (var parameter in _parameters)
        {
            parameter.Mean.Save(writer);
            parameter.Square.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        _steps = reader.ReadInt64();
        foreach (var parameter in _parameters)
        {
            parameter.Mean.Load(reader);
            parameter.Square.Load(reader);
        }
    }

    public void Dispose()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Mean.Dispose();
            parameter.Square.Dispose();
        }
    }
}
