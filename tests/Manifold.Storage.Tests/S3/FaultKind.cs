namespace Manifold.Storage.Tests;

internal enum FaultKind
{
    Error,
    CutRequest,
    CutAnswer,
    LoseAnswer,
    StopAnswer,
}
