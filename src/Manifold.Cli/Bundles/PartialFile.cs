using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Manifold.Encoders;

namespace Manifold.Cli.Bundles;

/// <summary>
/// A file on its way: its bytes so far under a name that has its checksum in it, so that another version's bytes are never taken for this one's, and beside them the ETag under which the server
/// gave them.
/// </summary>
internal sealed class PartialFile
{
    private readonly string _part;
    private readonly string _tag;

    public PartialFile(string folder, string name, BundleFile expected)
    {
        Name = name;
        Expected = expected;
        Path = System.IO.Path.Combine(folder, name);
        _part = System.IO.Path.Combine(folder, $"{expected.Sha256}.part");
        _tag = System.IO.Path.Combine(folder, $"{expected.Sha256}.etag");
    }

    public string Name { get; }

    /// <summary>What the manifest says of it.</summary>
    public BundleFile Expected { get; }

    /// <summary>Where it is once it is whole.</summary>
    public string Path { get; }

    /// <summary>All that belongs to it.</summary>
    public IEnumerable<string> Paths => [Path, _part, _tag];

    /// <summary>Gets the bytes that are missing and checks the whole. Afterwards the file is at <see cref="Path"/>.</summary>
    /// <param name="http">The client.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="progress">Told the bytes that are here.</param>
    /// <param name="cancellationToken">What has arrived by then is kept.</param>
    /// <exception cref="ToolException">It is not there, or is another file than the manifest says: trying again is of no use.</exception>
    /// <exception cref="IOException">It broke off: trying again goes on.</exception>
    public async Task DownloadAsync(HttpClient http, Uri address, IProgress<long> progress, CancellationToken cancellationToken)
    {
        // Of an earlier download, perhaps under an older manifest.
        if (File.Exists(Path) && await ChecksumAsync(Path, cancellationToken) == Expected.Sha256)
        {
            progress.Report(Expected.Bytes);
            return;
        }

        var before = LengthOfPart();
        var resumed = before > 0;
        if (before < Expected.Bytes || before == 0)
            resumed = await TransferAsync(http, address, before, progress, cancellationToken);
        progress.Report(Expected.Bytes);

        var sha256 = await ChecksumAsync(_part, cancellationToken);
        if (sha256 != Expected.Sha256)
        {
            Discard();
            var problem = $"{address} has the SHA-256 {sha256}, but {BundleManifest.FileName} says {Expected.Sha256}; what was downloaded is thrown away";

            // The first part may be of an older download, from a server that gives no ETag: the whole file tells.
            throw resumed ? new IOException(problem) : new ToolException(problem);
        }

        File.Move(_part, Path, overwrite: true);
    }

    /// <returns>Whether it went on from what was here.</returns>
    private async Task<bool> TransferAsync(HttpClient http, Uri address, long before, IProgress<long> progress, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (before > 0)
        {
            request.Headers.Range = new RangeHeaderValue(before, null);
            if (File.Exists(_tag) && EntityTagHeaderValue.TryParse(await File.ReadAllTextAsync(_tag, cancellationToken), out var known))
                request.Headers.IfRange = new RangeConditionHeaderValue(known);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw new ToolException($"{address} is not found, though {BundleManifest.FileName} names this file");
        var headers = response.Content.Headers;
        var whole = headers.ContentRange is { } range ? range.Length : response.StatusCode == HttpStatusCode.OK ? headers.ContentLength : null;
        if (whole is { } length && length != Expected.Bytes)
        {
            Discard();
            throw new ToolException($"{address} has {length:N0} bytes, but {BundleManifest.FileName} says {Expected.Bytes:N0}");
        }

        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Discard();
            throw new IOException($"{address} does not go on at byte {before:N0}");
        }

        response.EnsureSuccessStatusCode();
        var resumes = response.StatusCode == HttpStatusCode.PartialContent;
        if (resumes && headers.ContentRange?.From != before)
            throw new IOException($"{address} was asked for what follows byte {before:N0}, and gave another range");
        if (!resumes)
        {
            File.Delete(_tag);
            if (response.Headers.ETag is { IsWeak: false } tag)
                await File.WriteAllTextAsync(_tag, tag.ToString(), cancellationToken);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var part = new FileStream(_part, resumes ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
        await CopyAsync(body, part, address, progress, cancellationToken);
        return resumes;
    }

    private async Task CopyAsync(Stream body, FileStream part, Uri address, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        while (true)
        {
            progress.Report(part.Position);
            var read = await body.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(BundleDownload.StallTimeout, cancellationToken);
            if (read == 0)
                break;
            if (part.Position + read > Expected.Bytes)
            {
                part.SetLength(0);
                throw new ToolException($"{address} is longer than the {Expected.Bytes:N0} bytes that {BundleManifest.FileName} says");
            }

            await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (part.Position < Expected.Bytes)
            throw new IOException($"{address} ended after {part.Position:N0} of {Expected.Bytes:N0} bytes");
    }

    private static async Task<string> ChecksumAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private long LengthOfPart()
    {
        var part = new FileInfo(_part);
        if (!part.Exists)
            return 0;
        if (part.Length <= Expected.Bytes)
            return part.Length;
        Discard();
        return 0;
    }

    private void Discard()
    {
        File.Delete(_part);
        File.Delete(_tag);
    }
}
