using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Manifold.Cli.Sources;

/// <summary>
/// A file of one JSON object a line; <see cref="JsonlLine"/> says what a line holds. Empty lines are passed over. Lines are cut as bytes, so that one that is not
/// UTF-8 or not JSON spoils itself only.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="space">The space that a <c>vector</c> goes to.</param>
internal sealed class JsonlSource(string path, string space) : IItemSource
{
    /// <summary>A vector of 4,096 numbers takes about 80 KB, a text at most a few MB.</summary>
    private const int MaxLineBytes = 16 * 1024 * 1024;

    private readonly string _path = Path.GetFullPath(path);

    public string Name => _path;

    public long Total { get; } = CountLines(path);

    public async IAsyncEnumerable<SourceItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var line = new JsonlLine(Path.GetDirectoryName(_path)!, space);
        await using var file = File.OpenRead(_path);
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        long number = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (TakeLine(ref buffer, read.IsCompleted, out var bytes))
            {
                number++;
                var location = $"{path}:{number}";
                if (bytes.Length > MaxLineBytes)
                    yield return SourceItem.Bad(number, location, null, $"the line has more than {MaxLineBytes:N0} bytes");
                else if (!IsBlank(bytes))
                    yield return await line.ReadAsync(number, location, bytes.ToArray(), cancellationToken);
            }

            if (read.IsCompleted)
                break;

            if (buffer.Length > MaxLineBytes)
            {
                number++;
                yield return SourceItem.Bad(number, $"{path}:{number}", null, $"the line has more than {MaxLineBytes:N0} bytes");
                reader.AdvanceTo(buffer.End);
                if (!await SkipToNextLineAsync(reader, cancellationToken))
                    break;
                continue;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, bool last, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        buffer = buffer.Slice(buffer.End);
        if (last && line.Length > 0)
            return true;
        buffer = line;
        return false;
    }

    private static async Task<bool> SkipToNextLineAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return true;
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return false;
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var memory in line)
        {
            if (memory.Span.ContainsAnyExcept(" \t\r"u8))
                return false;
        }

        return true;
    }

    private static long CountLines(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[256 * 1024];
        long lines = 0;
        var last = (byte)'\n';
        for (int read; (read = file.Read(buffer)) > 0; last = buffer[read - 1])
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return last == '\n' ? lines : lines + 1;
    }
}
