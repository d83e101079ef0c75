namespace Manifold.Training;

/// <summary>
/// Draws batches: an epoch hears each clip once, a batch each text once (InfoNCE takes all others of a batch for wrong), and clips of a batch are about as long as each other. A step's batch follows from the
/// seed and its number.
/// </summary>
internal sealed class AudioBatchSampler
{
    /// <summary>The logarithm of an energy that no model hears.</summary>
    public const float Silence = -40;

    // An alphabet has fewer; of scripts with more, what is written with rarer ones teaches nothing by its letters.
    private const int MaxLetters = 120;

    // Batches whose clips are sorted by length together.
    private const int Pool = 8;

    private readonly SpokenClips _clips;
    private readonly int[] _textOf;
    private readonly int[][] _letters;
    private readonly SpectrogramVariationConfig _variation;
    private readonly int _seed;
    private (int Epoch, int[][] Batches) _drawn = (-1, []);

    /// <param name="clips">What is heard.</param>
    /// <param name="variation">How clips are varied.</param>
    /// <param name="batch">Clips of a batch; fewer where there are fewer texts.</param>
    /// <param name="seed">Of everything random.</param>
    public AudioBatchSampler(SpokenClips clips, SpectrogramVariationConfig variation, int batch, int seed)
    {
        (_clips, _variation, _seed) = (clips, variation, seed);
        Texts = [.. clips.Texts.Distinct(StringComparer.Ordinal)];
        var places = Texts.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        _textOf = [.. clips.Texts.Select(text => places[text])];
        Alphabet = string.Concat(clips.Transcripts.SelectMany(transcript => transcript).CountBy(letter => letter).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MaxLetters).Select(pair => pair.Key));
        _letters = [.. clips.Transcripts.Select(transcript => transcript.All(letter => Alphabet.Contains(letter)) ? transcript.Select(letter => Alphabet.IndexOf(letter) + 1).ToArray() : [])];
        BatchSize = Math.Min(batch, Texts.Count);
        BatchesPerEpoch = Math.Max(1, clips.Texts.Count / BatchSize);
    }

    /// <summary>The distinct texts.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>The letters of the transcripts, the most frequent first.</summary>
    public string Alphabet { get; }

    public int BatchSize { get; }

    public int BatchesPerEpoch { get; }

    /// <summary>The batch of a step, from 0. Not for concurrent use.</summary>
    public AudioBatch Draw(int step)
    {
        int epoch = step / BatchesPerEpoch;
        if (_drawn.Epoch != epoch)
            _drawn = (epoch, Shuffle(epoch));
        int[] chosen = _drawn.Batches[step % BatchesPerEpoch % _drawn.Batches.Length];
        var random = new Random(unchecked((_seed * 1_000_003) + step));
        var variation = new SpectrogramVariation(_variation, _clips.Bands, random);
        var speeds = Array.ConvertAll(chosen, clip => variation.DrawSpeed(_clips.FramesOf(clip)));
        int frames = speeds.Max(speed => speed.Frames), plane = _clips.Bands * frames;
        var values = new float[chosen.Length * plane];
        Array.Fill(values, Silence);
        for (int i = 0; i < chosen.Length; i++)
            variation.Draw(_clips.Spectrograms[chosen[i]], speeds[i].Speed, values.AsSpan(i * plane, plane), frames, speeds[i].Frames);
        return new AudioBatch(values, frames, Array.ConvertAll(speeds, speed => speed.Frames), Array.ConvertAll(chosen, clip => _textOf[clip]), Array.ConvertAll(chosen, clip => _letters[clip]));
    }

    private int[][] Shuffle(int epoch)
    {
        var random = new Random(unchecked((_seed * 31) + epoch));
        int[] order = [.. Enumerable.Range(0, _textOf.Length)];
        random.Shuffle(order);
        var batches = new List<int[]>();
        foreach (int[] pool in order.Chunk(Pool * BatchSize))
            batches.AddRange(Cut([.. pool.OrderBy(_clips.FramesOf)]));
        int[][] shuffled = [.. batches];
        random.Shuffle(shuffled);
        return shuffled;
    }

    // A clip whose text is in the batch already waits for the next one; what is left at the end is too little for a batch.
    private IEnumerable<int[]> Cut(int[] sorted)
    {
        var waiting = new LinkedList<int>(sorted);
        while (waiting.Count > 0)
        {
            var batch = new List<int>(BatchSize);
            var texts = new HashSet<int>();
            for (var node = waiting.First; node is not null && batch.Count < BatchSize;)
            {
                var next = node.Next;
                if (texts.Add(_textOf[node.Value]))
                {
                    batch.Add(node.Value);
                    waiting.Remove(node);
                }

                node = next;
            }

            if (batch.Count < BatchSize)
                yield break;
            yield return [.. batch];
        }
    }
}
