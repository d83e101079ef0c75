namespace Manifold.Grains;

/// <summary>What went wrong, by consequence. The numbers are those of google.rpc.Code.</summary>
[GenerateSerializer]
public enum ErrorKind
{
    /// <summary>The caller's mistake, at a field.</summary>
    InvalidArgument = 3,

    /// <summary>The caller's deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>No such collection, space, bundle or item.</summary>
    NotFound = 5,

    /// <summary>There is one of that name already, and it is another.</summary>
    AlreadyExists = 6,

    /// <summary>Too much at once: try again after the hint.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs; trying again does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>The caller went by what the catalog said before: look again, and ask anew.</summary>
    Aborted = 10,

    /// <summary>A mistake of ours.</summary>
    Internal = 13,

    /// <summary>The moment's trouble: try again.</summary>
    Unavailable = 14,

    /// <summary>Stored bytes are damaged.</summary>
    DataLoss = 15,
}
