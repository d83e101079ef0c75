namespace Manifold.Storage;

/// <summary>What became of one call of the append script.</summary>
/// <param name="Kind">What.</param>
/// <param name="Value">Written: bytes given back so far. OtherPosition: the log's last position. OtherLead: the log's epoch.</param>
/// <param name="LogId">OtherLead: the log's id; empty where there is no log.</param>
/// <param name="Failure">The exception of a failed call.</param>
internal sealed record RedisAppendOutcome(RedisAppendOutcomeKind Kind, long Value = 0, byte[]? LogId = null, Exception? Failure = null);

/// <summary>The kinds of an outcome. After all but <see cref="Written"/> and <see cref="Failed"/> nothing was written.</summary>
internal enum RedisAppendOutcomeKind
{
    /// <summary>All records of the call are durable, and so are all before them: each call checks what it follows on.</summary>
    Written,

    /// <summary>The server does not have the script (a restart, SCRIPT FLUSH): send its text.</summary>
    UnknownScript,

    /// <summary>The log ends elsewhere: a call before it was not executed, or Redis lost records.</summary>
    OtherPosition,

    /// <summary>The log has another epoch, or is another one: it was deleted or lost since the lead was taken.</summary>
    OtherLead,

    /// <summary>No answer, or an error of the server.</summary>
    Failed,
}
