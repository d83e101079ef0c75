namespace Manifold.Storage.Tests;

/// <summary>What a <see cref="FaultyS3"/> does wrong with a request.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Status">The status of an error answer.</param>
/// <param name="Code">The S3 error code of it.</param>
internal sealed record Fault(FaultKind Kind, int Status = 0, string Code = "")
{
    /// <summary>The connection breaks in the middle of the request's body; nothing is stored.</summary>
    public static readonly Fault CutRequest = new(FaultKind.CutRequest);

    /// <summary>The connection breaks in the middle of the answer's body.</summary>
    public static readonly Fault CutAnswer = new(FaultKind.CutAnswer);

    /// <summary>The request is carried out, and the connection breaks before the answer.</summary>
    public static readonly Fault LoseAnswer = new(FaultKind.LoseAnswer);

    /// <summary>Half of the answer's body is sent, and nothing more while the client waits.</summary>
    public static readonly Fault StopAnswer = new(FaultKind.StopAnswer);

    public static Fault Answer(int status, string code) => new(FaultKind.Error, status, code);
}
