namespace Manifold.Encoders;

/// <summary>No bundle of that name is loaded here, or it has no tower for the modality that was asked for.</summary>
public sealed class UnknownBundleException : Exception
{
    public UnknownBundleException(string bundle, string message)
        : base(message) => Bundle = bundle;

    /// <summary>The name that was asked for.</summary>
    public string Bundle { get; }
}
