namespace Manifold.Encoders;

/// <summary>Checks <see cref="EncoderOptions"/>, all at once.</summary>
public static class EncoderOptionsValidator
{
    private const int MaxThreads = 1024;
    private const int MaxQueue = 1_000_000;
    private const long MaxImageFile = 1L << 30;
    private const long MaxMediaFile = 1L << 36;

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
        CheckMedia(options, errors, Range);
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

    private static void CheckMedia(EncoderOptions options, List<string> errors, Action<string, long, long, long> range)
    {
        void Between(string option, TimeSpan value, TimeSpan low, TimeSpan high)
        {
            if (value < low || value > high)
                errors.Add($"{EncoderOptions.Section}:{option} must be from {low} to {high}, but is {value}.");
        }

        if (string.IsNullOrWhiteSpace(options.Ffmpeg))
            errors.Add($"{EncoderOptions.Section}:{nameof(options.Ffmpeg)} must name a program, but is empty.");
        range(nameof(options.MediaProcesses), options.MediaProcesses, 0, MaxThreads);
        range(nameof(options.MaxMediaBytes), options.MaxMediaBytes, 1, MaxMediaFile);
        Between(nameof(options.MaxMediaDuration), options.MaxMediaDuration, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        Between(nameof(options.MediaTimeout), options.MediaTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        range(nameof(options.MaxMoments), options.MaxMoments, 4, 65_536);
        Between(nameof(options.FrameInterval), options.FrameInterval, TimeSpan.FromMilliseconds(40), TimeSpan.FromMinutes(1));
        Between(nameof(options.MomentLength), options.MomentLength, options.FrameInterval, TimeSpan.FromMinutes(10));
        if (options.FramesPerMoment is < 1 or > 64)
            errors.Add($"{EncoderOptions.Section}:{nameof(options.FramesPerMoment)} must be from 1 to 64, but is {options.FramesPerMoment}.");
        if (!(options.SceneThreshold > 0 && options.SceneThreshold <= 1))
            errors.Add($"{EncoderOptions.Section}:{nameof(options.SceneThreshold)} must be above 0 and at most 1, but is {options.SceneThreshold}.");
        if (!(options.SoundShare >= 0 && options.SoundShare <= 1))
            errors.Add($"{EncoderOptions.Section}:{nameof(options.SoundShare)} must be from 0 to 1, but is {options.SoundShare}.");
    }
}
