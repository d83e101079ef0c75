namespace Manifold.Grains;

/// <summary>Phases of a query, as the tag <c>phase</c> names them.</summary>
public static class QueryPhases
{
    /// <summary>Its parts become vectors: encoders, and items that are to be like.</summary>
    public const string Encode = "encode";

    /// <summary>Until the last shard has answered, retries and hedges included.</summary>
    public const string FanOut = "fan_out";

    /// <summary>The shards' answers become one.</summary>
    public const string Merge = "merge";

    /// <summary>The winners' attributes are brought.</summary>
    public const string Fetch = "fetch";

    /// <summary>All of it, at the gateway.</summary>
    public const string Total = "total";
}
