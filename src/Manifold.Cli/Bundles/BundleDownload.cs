using System.Net;
using Manifold.Encoders;

namespace Manifold.Cli.Bundles;

/// <summary>
/// Downloads a bundle from <c>SOURCE/NAME/</c>: its manifest, then the files that it names. What has arrived stays in a folder beside the bundle's own until all of it is there and fits its
/// checksums, and a later download goes on from it.
/// </summary>
internal sealed class BundleDownload
{
    /// <summary>A server that gives nothing for so long has stopped.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly string _library;
    private readonly string _name;
    private readonly RetryPolicy _retry;
    private readonly string _work;
    private byte[] _json = [];

    /// <param name="http">Its time limit holds until an answer begins.</param>
    /// <param name="source">Where bundles are: each in a folder of its name.</param>
    /// <param name="library">Where it becomes a folder.</param>
    /// <param name="name">The bundle's name.</param>
    /// <param name="retry">What is tried again, and who is told.</param>
    public BundleDownload(HttpClient http, Uri source, string library, string name, RetryPolicy retry)
    {
        _http = http;
        _address = new Uri($"{source.AbsoluteUri.TrimEnd('/')}/{name}/");
        _library = library;
        _name = name;
        _retry = retry;
        _work = BundleLibrary.WorkFolder(library, name, "pull");
    }

    /// <summary>Gets the manifest.</summary>
    /// <exception cref="ToolException">There is no such bundle, or the server cannot be reached.</exception>
    /// <exception cref="InvalidBundleException">What is there is no manifest, or that of another bundle.</exception>
    public async Task<BundleManifest> ReadManifestAsync(CancellationToken cancellationToken)
    {
        var address = new Uri(_address, BundleManifest.FileName);
        _json = await _retry.RunAsync(async token =>
        {
            using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, token);
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new ToolException($"there is no bundle '{_name}' there: {address} is not found");
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(Bundle.MaxManifestBytes, token).WaitAsync(StallTimeout, token);
            return await response.Content.ReadAsByteArrayAsync(token);
        }, address, cancellationToken);
        var manifest = Bundle.ReadManifest(_json, address.AbsoluteUri);
        return manifest.Name == _name ? manifest : throw new InvalidBundleException(address.AbsoluteUri, "name", $"is '{manifest.Name}', not '{_name}'");
    }

    /// <summary>Gets what is not here yet, checks it, and gives the bundle its folder.</summary>
    /// <param name="manifest">From <see cref="ReadManifestAsync"/>.</param>
    /// <param name="progress">Told the bytes that are here.</param>
    /// <param name="cancellationToken">What has arrived by then is kept.</param>
    /// <exception cref="ToolException">A file is not there, is another than the manifest says, or did not arrive.</exception>
    public async Task<Bundle> RunAsync(BundleManifest manifest, IProgress<long> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_work);
        var wanted = manifest.Files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => new PartialFile(_work, f.Key, f.Value)).ToList();

        // What an older download left of files that this manifest does not name.
        RemoveAllBut(wanted.SelectMany(f => f.Paths));
        long before = 0;
        foreach (var file in wanted)
        {
            var address = new Uri(_address, Uri.EscapeDataString(file.Name));
            await _retry.RunAsync(async token =>
            {
                await file.DownloadAsync(_http, address, new Offset(progress, before), token);
                return true;
            }, address, cancellationToken);
            before += file.Expected.Bytes;
        }

        await File.WriteAllBytesAsync(Path.Combine(_work, BundleManifest.FileName), _json, cancellationToken);
        RemoveAllBut([.. wanted.Select(f => f.Path), Path.Combine(_work, BundleManifest.FileName)]);
        return BundleLibrary.Publish(_work, _library, _name);
    }

    private void RemoveAllBut(IEnumerable<string> files)
    {
        foreach (var leftover in Directory.EnumerateFiles(_work).Except(files, StringComparer.Ordinal))
            File.Delete(leftover);
    }

    private sealed class Offset(IProgress<long> progress, long before) : IProgress<long>
    {
        public void Report(long value) => progress.Report(before + value);
    }
}
