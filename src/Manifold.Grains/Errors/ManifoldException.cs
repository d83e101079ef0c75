namespace Manifold.Grains;

/// <summary>An error that crosses grains and is meant for the caller.</summary>
[GenerateSerializer]
[Alias("manifold.error")]
public sealed class ManifoldException : Exception
{
    public ManifoldException(ErrorKind kind, string message, string? field = null, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Field = field;
        RetryAfter = retryAfter;
    }

    /// <summary>What went wrong, by consequence.</summary>
    [Id(0)]
    public ErrorKind Kind { get; }

    /// <summary>The request's field at fault, as a path from its root.</summary>
    [Id(1)]
    public string? Field { get; }

    /// <summary>A hint for when to try again.</summary>
    [Id(2)]
    public TimeSpan? RetryAfter { get; }

    /// <summary>A caller's mistake at <paramref name="field"/>.</summary>
    public static ManifoldException Invalid(string field, string message) => new(ErrorKind.InvalidArgument, message, field);
}
