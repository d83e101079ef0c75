namespace Manifold.Encoders;

/// <summary>
/// Cuts sampled frames into moments: a new one where the colours change more than a threshold from one frame to the next, and within a scene after a
/// length. A scene that does not divide evenly is cut into equal parts, so that none is a sliver. Holds two moments' frames at most.
/// </summary>
internal sealed class VideoMomentCutter
{
    private readonly double _interval;
    private readonly double _threshold;
    private readonly int _longest;
    private readonly int _shortest;
    private readonly int _standing;
    private readonly List<VideoFrame> _scene = [];
    private float[]? _colours;
    private bool _changing;

    /// <param name="interval">Seconds from one frame to the next.</param>
    /// <param name="length">Longest moment in seconds.</param>
    /// <param name="threshold">A <see cref="ColourHistogram.Distance"/>, 0 to 1.</param>
    /// <param name="leastScene">Shortest scene in seconds: changes before that are flashes.</param>
    /// <param name="standing">The most frames that stand for a moment.</param>
    public VideoMomentCutter(double interval, double length, double threshold, double leastScene, int standing)
    {
        _standing = standing;
        _interval = interval;
        _threshold = threshold;
        _longest = Math.Max(1, (int)Math.Round(length / interval));
        _shortest = Math.Max(1, (int)Math.Round(leastScene / interval));
    }

    /// <summary>Takes the next frame.</summary>
    /// <returns>The moments that ended before it.</returns>
    public IReadOnlyList<VideoMoment> Add(VideoFrame frame)
    {
        float[] colours = ColourHistogram.Of(frame);
        bool change = _colours is not null && ColourHistogram.Distance(colours, _colours) > _threshold;
        _colours = colours;

        // A cross-fade changes several frames in a row: the first ends the scene, the others belong to the next.
        bool cut = change && !_changing && _scene.Count >= _shortest;
        _changing = change && (cut || _changing);
        List<VideoMoment> ended = [];
        if (cut)
            ended.AddRange(EndScene(frame.Seconds));
        else if (_scene.Count == 2 * _longest)
            ended.Add(Moment(0, _longest, _scene[_longest].Seconds));
        if (ended.Count > 0)
            _scene.RemoveRange(0, cut ? _scene.Count : _longest);
        _scene.Add(frame);
        return ended;
    }

    /// <summary>The moments that are left.</summary>
    /// <param name="seconds">The video's length, where known.</param>
    public IReadOnlyList<VideoMoment> Finish(double? seconds)
    {
        if (_scene.Count == 0)
            return [];
        double last = _scene[^1].Seconds, end = last + _interval;
        return EndScene(seconds is { } known && known > last && known < end ? known : end);
    }

    private List<VideoMoment> EndScene(double end)
    {
        int parts = (_scene.Count + _longest - 1) / _longest;
        var moments = new List<VideoMoment>(parts);
        for (int i = 0; i < parts; i++)
        {
            int from = i * _scene.Count / parts, to = (i + 1) * _scene.Count / parts;
            moments.Add(Moment(from, to, i == parts - 1 ? end : _scene[to].Seconds));
        }

        return moments;
    }

    private VideoMoment Moment(int from, int to, double end)
    {
        // In the middle of as many equal parts.
        int parts = Math.Min(_standing, to - from);
        return new VideoMoment([.. Enumerable.Range(0, parts).Select(part => _scene[from + ((((2 * part) + 1) * (to - from)) / (2 * parts))])], _scene[from].Seconds, end);
    }
}
