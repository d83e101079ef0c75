namespace Manifold.Encoders;

/// <summary>The weight of a token that occurs c times in a text.</summary>
public enum TokenWeighting
{
    /// <summary>√c.</summary>
    Sqrt,

    /// <summary>c.</summary>
    Count,

    /// <summary>1 + ln c.</summary>
    Log,

    /// <summary>1.</summary>
    Binary,
}
