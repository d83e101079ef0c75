namespace Manifold.Storage;

/// <summary>Why a lead writes no more. Each append that fails of it gets an exception of its own.</summary>
internal sealed record RedisLeadEnd(RedisLeadEndKind Kind, string Message, Exception? Cause = null)
{
    public Exception ToException() => Kind switch
    {
        RedisLeadEndKind.Fenced => new FencedException(Message),
        RedisLeadEndKind.Corrupt => new CorruptLogException(Message, Cause),
        _ => new LogUnavailableException(Message, Cause),
    };
}

/// <summary>The kinds of an end.</summary>
internal enum RedisLeadEndKind
{
    /// <summary>Redis failed, or has lost records.</summary>
    Unavailable,

    /// <summary>The log has a newer leader.</summary>
    Fenced,

    /// <summary>Another record is where this lead's must be.</summary>
    Corrupt,
}
