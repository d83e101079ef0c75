namespace Manifold.Encoders;

/// <summary>A bundle on disk is incomplete, damaged or contradicts its manifest. Names the file and, where there is one, the key.</summary>
public sealed class InvalidBundleException : Exception
{
    /// <param name="path">The file at fault.</param>
    /// <param name="key">The key in <c>bundle.json</c>, dotted (<c>towers.text.model</c>); null where the fault is not in a key.</param>
    /// <param name="problem">What is wrong, as a clause: "must be from 1 to 4096, but is 0".</param>
    /// <param name="innerException">What was caught, if anything.</param>
    public InvalidBundleException(string path, string? key, string problem, Exception? innerException = null)
        : base(key is null ? $"{path}: {problem}" : $"{path}: '{key}' {problem}", innerException)
    {
        Problem = problem;
        Path = path;
        Key = key;
    }

    /// <summary>What is wrong, as a clause.</summary>
    public string Problem { get; }

    /// <summary>The file at fault.</summary>
    public string Path { get; }

    /// <summary>The key at fault, dotted, or null.</summary>
    public string? Key { get; }
}
