namespace Manifold.Client;

/// <summary>What to search for.</summary>
public sealed record SearchQuery
{
    /// <summary>At least one, or <see cref="Match"/>.</summary>
    public IReadOnlyList<QueryPart> Parts { get; init; } = [];

    /// <summary>Words to look for in the attributes that hold texts. Beside <see cref="Parts"/> the hits of both are fused.</summary>
    public TextMatch? Match { get; init; }

    /// <summary>How; null by ranks. Only with both.</summary>
    public Fusion? Fusion { get; init; }

    /// <summary>The space to search; empty for the collection's first.</summary>
    public string Space { get; init; } = "";

    /// <summary>The number of hits wanted, from 1 to the server's limit.</summary>
    public int Limit { get; init; } = 10;

    public Filter? Filter { get; init; }

    /// <summary>Hits with a smaller score are left out.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>The mean share of the true nearest items that searches like this one are to find, above 0 and at most 1; null for the server's default, 0.95. Less is faster.</summary>
    public double? Recall { get; init; }

    /// <summary>Score every item that the filter allows, whatever <see cref="Recall"/> says.</summary>
    public bool Exact { get; init; }

    public bool WithVectors { get; init; }

    /// <summary>Ids and scores only: nothing else of the items is fetched.</summary>
    public bool IdsOnly { get; init; }

    /// <summary>Read your writes: the answer reflects at least these positions.</summary>
    public IReadOnlyList<ShardPosition> AtLeast { get; init; } = [];

    /// <summary>Which replicas may answer.</summary>
    public Consistency Consistency { get; init; }

    /// <summary>Answer with the shards that can be reached instead of failing.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>Words in the attributes that hold texts.</summary>
    public static SearchQuery ForWords(string text) => new() { Match = new TextMatch(text) };

    public static SearchQuery ForText(string text) => new() { Parts = [QueryPart.FromText(text)] };

    /// <summary>The bytes of a PNG, JPEG, WebP, GIF or SVG file.</summary>
    public static SearchQuery ForImage(ReadOnlyMemory<byte> image) => new() { Parts = [QueryPart.FromImage(image)] };

    public static SearchQuery ForVector(ReadOnlyMemory<float> vector) => new() { Parts = [QueryPart.FromVector(vector)] };

    public static SearchQuery ForItem(string id) => new() { Parts = [QueryPart.FromItem(id)] };
}
