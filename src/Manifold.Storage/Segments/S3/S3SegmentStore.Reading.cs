using System.Buffers;
using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3.Model;

namespace Manifold.Storage;

public sealed partial class S3SegmentStore
{
    private const int ReadBytes = 128 * 1024;

    // One connection gets a fraction of what a store gives.
    private const int ParallelDownloads = 4;

    /// <summary>How often a body that breaks off is asked for: the SDK repeats requests, and has nothing to do with bodies once they flow.</summary>
    private const int BodyAttempts = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>A body of which nothing comes for so long has broken off.</summary>
    internal TimeSpan BodyPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public async Task<IDisposable> PrefetchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var leases = new ConcurrentBag<SegmentLease>();
        var all = new SegmentLease("", () =>
        {
            foreach (var lease in leases)
                lease.Dispose();
        });
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelDownloads, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(names, parallel, async (name, token) =>
            {
                try
                {
                    leases.Add(await LeaseAsync(name, token));
                }
                catch (Exception e) when (e is FileNotFoundException or CorruptDataException)
                {
                    // The lease says so to whoever needs this one; the others may come.
                }
            });
        }
        catch (IOException)
        {
            // The store or the disk fails, and would for each of the rest.
        }
        catch
        {
            all.Dispose();
            throw;
        }
        return all;
    }

    /// <summary>Writes an object to a local file, flushed, and compares it with the checksum that was stored with it.</summary>
    private async Task<StoredObject> DownloadAsync(string name, string key, string path, CancellationToken cancellationToken)
    {
        var (stored, announced) = await RepeatAsync(async () =>
        {
            using var response = await GetAsync(key, cancellationToken);
            using var room = _cache.Reserve(response.ContentLength);
            var written = await _cache.WriteAsync(path, name, (file, token) => CopyAsync(response, file, key, token), cancellationToken);
            return (written, response.Metadata[ChecksumMetadata]);
        }, cancellationToken);

        // An object that another tool copied may have lost its metadata; its own checksums are still there for the reader of segments.
        return announced is null || announced == stored.Checksum
            ? stored
            : throw new CorruptDataException($"object '{name}' in {Location}, key '{key}', has {stored.Length} bytes with checksum {stored.Checksum}; {announced} was stored");
    }

    /// <summary>Length and checksum of an object as it is in the store.</summary>
    private Task<StoredObject> ReadAsync(string name, string key, CancellationToken cancellationToken) => RepeatAsync(async () =>
    {
        using var response = await GetAsync(key, cancellationToken);
        await using var hashing = new HashingStream(Stream.Null);
        await CopyAsync(response, hashing, key, cancellationToken);
        return hashing.Result(name);
    }, cancellationToken);

    private Task<GetObjectResponse> GetAsync(string key, CancellationToken cancellationToken) =>
        AskAsync(key, () => _client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = key }, cancellationToken), cancellationToken);

    private static async Task<T> RepeatAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await read();
            }
            catch (SegmentStoreUnavailableException e) when (e.InnerException is BrokenBodyException && attempt < BodyAttempts)
            {
                await Task.Delay(RetryDelay * attempt, cancellationToken);
            }
        }
    }

    private async Task CopyAsync(GetObjectResponse response, Stream target, string key, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            var left = response.ContentLength;
            while (await ReadSomeAsync(response, buffer, key, cancellationToken) is > 0 and var count)
            {
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                left -= count;
            }
            if (left != 0)
                throw Broken(key, new EndOfStreamException($"{left} of {response.ContentLength} bytes are missing"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads what comes next. Only failures of the connection are this method's, so that they are not taken for the disk's.</summary>
    private async Task<int> ReadSomeAsync(GetObjectResponse response, byte[] buffer, string key, CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        pause.CancelAfter(BodyPause);
        try
        {
            return await response.ResponseStream.ReadAsync(buffer.AsMemory(0, ReadBytes), pause.Token);
        }
        catch (AmazonClientException e)
        {
            // At the end the SDK compares the MD5 of what came with the ETag, which is one for some servers only. Our own checksum decides where there is one.
            return response.Metadata[ChecksumMetadata] is not null ? 0 : throw new CorruptDataException($"{Location}, key '{key}', is not what was stored ({e.Message.TrimEnd('.')})", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken(key, pause.IsCancellationRequested ? new TimeoutException($"nothing came for {BodyPause.TotalSeconds:0.#} s", e) : e);
        }
    }

    private SegmentStoreUnavailableException Broken(string key, Exception reason) =>
        new($"{Location}, key '{key}': the answer broke off ({reason.Message.TrimEnd('.')}).", new BrokenBodyException(reason));

    /// <summary>Marks a failure that is worth another request.</summary>
    private sealed class BrokenBodyException(Exception reason) : IOException(reason.Message, reason);
}
