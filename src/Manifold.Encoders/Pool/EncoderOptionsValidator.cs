namespace Manifold.Encoders;

/// <summary>Checks <see cref="EncoderOptions"/>, all at once.</summary>
public static class EncoderOptionsValidator
{
    private const int MaxThreads = 1024;
    private const int MaxQueue = 1_000_000;
    private const long MaxImageFile = 1L << 30;

    /// <returns>One sentence for each option that is out of range, with its key, its value and the range; empty when all is well.</returns>
    public static IReadOnlyList<string> Validate(EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        void Range(string option, long value, long low, long high)
        {
            if (value < low || value > high)
                errors.Add($"{EncoderOptions.Section}:{option} must be from {low} to {high}, but is {value}.");
        }

        if (!Enum.IsDefined(options.Device))
            errors.Add($"{EncoderOptions.Section}:Device must be auto, cuda or cpu, but is {options.Device}.");
        Range(nameof(options.IntraOpThreads), options.IntraOpThreads, 0, MaxThreads);
        Range(nameof(options.PreparationThreads), options.PreparationThreads, 0, MaxThreads);
        Range(nameof(options.MaxBatchSize), options.MaxBatchSize, 1, 1024);
        if (options.MaxBatchWait < TimeSpan.Zero || options.MaxBatchWait > TimeSpan.FromSeconds(1))
            errors.Add($"{EncoderOptions.Section}:{nameof(options.MaxBatchWait)} must be from 00:00:00 to 00:00:01, but is {options.MaxBatchWait}.");
        Range(nameof(options.MaxQueueLength), options.MaxQueueLength, 1, MaxQueue);
        Range(nameof(options.MaxTextLength), options.MaxTextLength, 1, MaxQueue);
        Range(nameof(options.MaxImageBytes), options.MaxImageBytes, 1, MaxImageFile);
        Range(nameof(options.MaxImagePixels), options.MaxImagePixels, 1, int.MaxValue);
        for (int i = 0; i < options.BundleFolders.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.BundleFolders[i]))
                errors.Add($"{EncoderOptions.Section}:{nameof(options.BundleFolders)}:{i} must name a folder, but is empty.");
        }

        return errors;
    }

    /// <exception cref="ArgumentException">Something is out of range; the message has every error, a line each.</exception>
    public static void ThrowIfInvalid(EncoderOptions options)
    {
        IReadOnlyList<string> errors = Validate(options);
        if (errors.Count > 0)
            throw new ArgumentException(string.Join('\n', errors), nameof(options));
    }
}
