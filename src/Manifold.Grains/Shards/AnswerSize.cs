namespace Manifold.Grains;

/// <summary>Keeps answers with items from growing without bound: an item of a multi-vector space may have megabytes of vectors.</summary>
internal static class AnswerSize
{
    /// <summary>A message of more than 100 MiB ends the connection between silos, and is sent again and again.</summary>
    public const long MaxBytes = 64 << 20;

    /// <summary>The items, taken one by one.</summary>
    /// <exception cref="ManifoldException">InvalidArgument: they are too many bytes together.</exception>
    public static byte[]?[] Collect(IEnumerable<byte[]?> items)
    {
        var collected = new List<byte[]?>();
        var bytes = 0L;
        foreach (var item in items)
        {
            bytes += item?.Length ?? 0;
            if (bytes > MaxBytes)
            {
                throw new ManifoldException(ErrorKind.InvalidArgument, $"the items asked for are more than {MaxBytes} bytes: ask for fewer at a time, or without their vectors");
            }
            collected.Add(item);
        }
        return [.. collected];
    }
}
