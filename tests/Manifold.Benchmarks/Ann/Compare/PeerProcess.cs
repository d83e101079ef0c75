using System.Diagnostics;
using System.Globalization;

namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>A process that holds one index of another library and searches it when told to, by the lines that compare/README.md describes. Between its turns it waits for input and takes no processor time.</summary>
internal sealed class PeerProcess : IDisposable
{
    // A library with files of its own closes them.
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(3);

    private readonly Process _process;

    private PeerProcess(Process process, PeerIndex index) => (_process, Index) = (process, index);

    /// <summary>The index that it holds.</summary>
    public PeerIndex Index { get; }

    /// <summary>Library and version.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Seconds of processor time that the index took to build, in this run or in the one that kept it.</summary>
    public double BuildSeconds { get; private set; }

    /// <summary>Bytes of the index beside the float32 vectors.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Starts the peer and waits until its index is built or read.</summary>
    /// <exception cref="InvalidDataException">It ended without one; its own message is on standard error.</exception>
    public static PeerProcess Start(PeerIndex index, ComparedSet set, string? cache)
    {
        List<string> arguments = [.. index.Command.Skip(1), index.Kind, set.BasePath, set.QueriesPath, set.Metric, set.K.ToString(CultureInfo.InvariantCulture)];
        if (cache is not null)
            arguments.Add(cache);
        var start = new ProcessStartInfo(index.Command[0], arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };

        // One thread, as is measured; and none that spins while another searcher has its turn.
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        var peer = new PeerProcess(Process.Start(start) ?? throw new InvalidDataException($"{index.Command[0]} did not start."), index);
        try
        {
            var words = peer.ReadLine("ready").Split(' ', 3);
            peer.BuildSeconds = double.Parse(words[0], CultureInfo.InvariantCulture);
            peer.MemoryBytes = long.Parse(words[1], CultureInfo.InvariantCulture);
            peer.Version = words[2];
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Searches for so many queries; after the last comes the first again.</summary>
    public PeerRun Run(int queries, string setting)
    {
        _process.StandardInput.WriteLine($"run {queries} {setting}");
        _process.StandardInput.Flush();
        double[] times = [.. ReadLine("times").Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        int[] rows = [.. ReadLine("rows").Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        return new PeerRun(times[0], times[1], times[2..], rows);
    }

    public void Dispose()
    {
        // A peer ends when its input does; one that is busy does not see that.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(LongestFarewell))
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    // Libraries print what they like: a line counts if it begins with the word.
    private string ReadLine(string verb)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(verb + " ", StringComparison.Ordinal))
                return line[(verb.Length + 1)..];
        }

        throw new InvalidDataException($"{Index.Searcher}: {Index.Kind} ended before it answered.");
    }
}
