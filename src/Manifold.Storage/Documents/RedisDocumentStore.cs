using System.IO.Hashing;
using System.Text;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>
/// Documents as hashes of a Redis, each at the key <c>PREFIX:doc:KEY</c> with the fields <c>content</c>, <c>etag</c> and <c>sum</c>. Compare-and-swap is one script,
/// atomic among all processes. An ETag is a new random id with each write, so that a document that was changed and changed back, or deleted and written
/// again, is another version. Safe for concurrent use.
/// </summary>
/// <remarks>A write that fails with <see cref="IOException"/> may still have been stored, or be so in a moment: read again and compare.</remarks>
public sealed class RedisDocumentStore : IDocumentStore
{
    private const int MaxKeyBytes = 1024;

    private const string Write = """
        #!lua
        local found = redis.call('HGET', KEYS[1], 'etag')
        if (found or '') ~= ARGV[1] then return found or '' end
        redis.call('HSET', KEYS[1], 'etag', ARGV[2], 'sum', ARGV[3], 'content', ARGV[4])
        return false
        """;

    private const string Delete = """
        #!lua flags=allow-oom
        local found = redis.call('HGET', KEYS[1], 'etag')
        if (found or '') ~= ARGV[1] then return found or '' end
        redis.call('DEL', KEYS[1])
        return false
        """;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly RedisValue[] Fields = ["etag", "sum", "content"];

    private readonly RedisConnection _connection;
    private readonly string _prefix;

    /// <summary>Creates the store; nothing is asked of Redis yet.</summary>
    /// <param name="connection">The connection, which the caller closes.</param>
    /// <param name="keyPrefix">What the keys begin with, as <see cref="RedisLogOptions.KeyPrefix"/>.</param>
    /// <exception cref="ArgumentException">The prefix is not one.</exception>
    public RedisDocumentStore(RedisConnection connection, string keyPrefix)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!RedisLogOptions.IsPrefix(keyPrefix))
            throw new ArgumentException($"the key prefix is '{keyPrefix}'; 1 to 64 letters, digits, '-', '_' and '.'", nameof(keyPrefix));
        _connection = connection;
        _prefix = keyPrefix;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is empty, too long (1,024 bytes of UTF-8) or no valid Unicode.</exception>
    /// <exception cref="IOException">Redis does not answer.</exception>
    public async Task<Document?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var fields = await AskAsync(name, database => database.HashGetAsync(name, Fields), cancellationToken);
        if (Array.TrueForAll(fields, field => field.IsNull))
            return null;
        var etag = (string?)fields[0];
        var content = (ReadOnlyMemory<byte>)fields[2];
        if (etag is null || fields[2].IsNull || !Checksum(key, etag, content.Span).AsSpan().SequenceEqual((byte[]?)fields[1]))
            throw new CorruptDataException($"redis key '{name}': the document is damaged (its field 'sum' does not fit)");
        return new Document(content, etag);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is empty, too long (1,024 bytes of UTF-8) or no valid Unicode.</exception>
    /// <exception cref="IOException">Redis does not answer or refuses; whether the document was written is unknown.</exception>
    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        var etag = Guid.NewGuid().ToString("N");
        await ReplaceAsync(key, Write, expectedETag, [expectedETag ?? "", etag, Checksum(key, etag, content.Span), content], cancellationToken);
        return etag;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Redis does not answer; whether the document was deleted is unknown.</exception>
    public Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken)
    {
        // An empty ETag would mean "absent" to the script.
        ArgumentException.ThrowIfNullOrEmpty(expectedETag);
        return ReplaceAsync(key, Delete, expectedETag, [expectedETag], cancellationToken);
    }

    private async Task ReplaceAsync(string key, string script, string? expectedETag, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var answer = await AskAsync(name, database => database.ScriptEvaluateAsync(script, [name], arguments), cancellationToken);
        if (answer.IsNull)
            return;
        var found = (string)answer!;
        throw new DocumentConflictException(
            $"document '{key}' is at version {(found.Length == 0 ? "none (absent)" : found)}; the caller expected {expectedETag ?? "none (absent)"}");
    }

    private async Task<T> AskAsync<T>(string name, Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(_connection.Database).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (RedisConnection.IsWrongType(failure))
        {
            throw new CorruptDataException($"redis key '{name}' must be a hash: {failure.Message}", failure);
        }
        catch (Exception failure) when (RedisConnection.IsUnavailable(failure))
        {
            throw new IOException($"redis key '{name}' at {_connection.Endpoints}: {failure.Message}", failure);
        }
    }

    private string NameOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var bytes = Utf8.GetByteCount(key);
        if (bytes > MaxKeyBytes)
            throw new ArgumentException($"the key has {bytes} bytes of UTF-8; at most {MaxKeyBytes} are allowed", nameof(key));
        return $"{_prefix}:doc:{key}";
    }

    // Key and ETag are in it: a hash that was copied to another key, or a field to another hash, does not pass.
    private static byte[] Checksum(string key, string etag, ReadOnlySpan<byte> content)
    {
        var hash = new XxHash128();
        hash.Append(Utf8.GetBytes($"{key}\0{etag}\0"));
        hash.Append(content);
        return hash.GetCurrentHash();
    }
}
