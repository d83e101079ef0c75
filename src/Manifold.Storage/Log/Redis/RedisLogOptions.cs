namespace Manifold.Storage;

/// <summary>How shard logs are kept in Redis.</summary>
public sealed record RedisLogOptions
{
    /// <summary>What the keys begin with, so that several clusters may share one Redis: 1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c></summary>
    public string KeyPrefix { get; init; } = "manifold";

    /// <summary>
    /// How many bytes of payload one shard's log may hold; beyond them appends are refused with <see cref="LogFullException"/> until a truncation makes
    /// room. Redis keeps logs in memory: shards × this bound must fit. The leader's value decides.
    /// </summary>
    public long MaxLogBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The most records that one read of a page asks for.</summary>
    public int PageRecords { get; init; } = 512;

    /// <summary>About how many bytes of payload a page may have: the number of records is chosen by the size of those before. One record is always read.</summary>
    public int PageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long a handle whose connection failed or did not answer in time tries to find out what became of its appends before it reports them as unknown; 0 for one try, at
    /// most a minute. Their callers wait as long; later appends are refused at once.
    /// </summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Takes Redis for durable where it does not let its settings be read, as managed services do. Settings that can be read and differ are reported all the same.
    /// </summary>
    public bool AssumeDurable { get; init; }

    /// <exception cref="ArgumentException">An option is out of its range; names all of them.</exception>
    internal void Validate()
    {
        List<string> errors = [];
        if (!IsPrefix(KeyPrefix))
            errors.Add($"{nameof(KeyPrefix)} is '{KeyPrefix}'; 1 to 64 letters, digits, '-', '_' and '.'");
        if (MaxLogBytes is < 1024 or > 1L << 50)
            errors.Add($"{nameof(MaxLogBytes)} is {MaxLogBytes}; 1024 to {1L << 50}");
        if (PageRecords is < 1 or > 100_000)
            errors.Add($"{nameof(PageRecords)} is {PageRecords}; 1 to 100000");
        if (PageBytes is < 1024 or > 1024 * 1024 * 1024)
            errors.Add($"{nameof(PageBytes)} is {PageBytes}; 1024 to {1024 * 1024 * 1024}");
        if (SettleTimeout < TimeSpan.Zero || SettleTimeout > TimeSpan.FromMinutes(1))
            errors.Add($"{nameof(SettleTimeout)} is {SettleTimeout}; 0 to 1 minute");
        if (errors.Count > 0)
            throw new ArgumentException($"redis log: {string.Join("; ", errors)}");
    }

    // No colon and no brace: the prefix ends at the first colon, so that two prefixes never meet, and the braces of the hash tag stay the first ones.
    internal static bool IsPrefix(string? prefix) =>
        prefix is { Length: > 0 and <= 64 } && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
