using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>Learns a dual encoder: prepares pictures, steps, measures, keeps checkpoints, and goes on where a killed run stopped.</summary>
internal sealed class DualEncoderTrainer : IDisposable
{
    private const int PicturesPerCall = 32;
    private readonly DualEncoderConfig _config;
    private readonly string _folder;
    private readonly TextWriter _log;
    private readonly TrainingData _data;
    private readonly PreparedPictures _pictures;
    private readonly CaptionTokens _captions;
    private readonly string[] _words;
    private readonly BatchSampler _sampler;
    private readonly DualEncoderModel _model;
    private readonly AdamW _optimiser;
    private readonly string _configSha256;
    private readonly string _dataSha256;

    /// <param name="config">The run.</param>
    /// <param name="data">What it learns from.</param>
    /// <param name="folder">Where the checkpoint is kept; must be there.</param>
    /// <param name="derived">Where prepared pictures are kept.</param>
    /// <param name="log">Where progress is told.</param>
    /// <param name="cancellation">Ends the preparation.</param>
    public DualEncoderTrainer(DualEncoderConfig config, TrainingData data, string folder, string derived, TextWriter log, CancellationToken cancellation)
    {
        (_config, _data, _folder, _log) = (config, data, folder, log);
        TorchRuntime.EnsureReady(config.Threads);
        Picture[] pictures = [.. data.Concepts.SelectMany(concept => concept.Pictures).Select(item => item.Picture)];
        _pictures = PreparedPictures.Open(derived, pictures, config.Pictures, config.Seed, PicturesTold(pictures.Length), cancellation);
        string[] captions = [.. data.Concepts.SelectMany(concept => concept.Pictures).SelectMany(item => item.Captions).Select(caption => caption.Text)];
        _words = data.Words is null ? [] : ImaginedWords.Unseen(data.Words, captions, config.Data.Words);
        _captions = new CaptionTokens(captions, config.Model, _words);
        _sampler = new BatchSampler(data.Concepts, _pictures, _captions, config);

        // What the weights depend on: name, description and export may change between sessions.
        object[] sections = [config.Data, config.Pictures, config.Model, config.Loss, config.Schedule];
        _configSha256 = Sha256($"{config.Seed}\n{string.Concat(sections.Select(ConfigFileWriter.Write))}");
        _dataSha256 = Sha256(string.Join('\n', data.Concepts.SelectMany(concept => concept.Pictures.Select(
            item => $"{concept.Key}|{item.Picture.Id}|{string.Join('|', item.Captions)}")).Concat(_words)));

        manual_seed(config.Seed);
        _model = new DualEncoderModel(_pictures.Features, config);
        _model.Image.Gradients?.Standardise(Standard.Means, Standard.Scales);
        _model.Text.Weigh(_captions.InverseDocumentFrequencies()[.._captions.Rows.Shared]);
        Average = new DualEncoderModel(_pictures.Features, config);
        Average.load_state_dict(_model.state_dict());
        Average.eval();
        _optimiser = Optimiser(_model, config.Schedule);
        State = Checkpoint.Load(folder, _configSha256, _dataSha256, _model, Average, _optimiser) ?? new TrainingState(_configSha256, _dataSha256, 0, 0, [], []);
    }

    /// <summary>The averaged weights, in evaluation mode: what is measured and shipped.</summary>
    public DualEncoderModel Average { get; }

    /// <summary>Where the run stands.</summary>
    public TrainingState State { get; private set; }

    /// <summary>Distinct captions.</summary>
    public int Texts => _captions.Tokens.Count;

    private (float[] Means, float[] Scales) Standard => FeatureStatistics.Of(_pictures);

    /// <summary>Learns up to the last step of the schedule.</summary>
    /// <param name="cancellation">Ends it after the step that runs; the checkpoint then holds what was done.</param>
    public void Run(CancellationToken cancellation)
    {
        var schedule = _config.Schedule;
        using var probe = new TorchProbeEncoder(_config, _captions.Rows) { Model = Average };
        var progress = new TrainingProgress(schedule.Steps, _sampler.BatchSize, _log, TimeProvider.System);
        var losses = State.Losses.ToList();
        var recalls = State.Recalls.ToList();
        var clock = Stopwatch.StartNew();
        double before = State.Seconds;
        var next = Draw(State.Step);
        try
        {
            for (int step = State.Step; step < schedule.Steps; step++)
            {
                var batch = next.GetAwaiter().GetResult();
                int following = step + 1;
                next = Draw(following);
                var measured = Step(step, batch);
                if (!double.IsFinite(measured.Loss))
                    throw new InvalidDataException($"The loss is {measured.Loss} at step {following}: schedule.learning_rate {schedule.LearningRate} is too high for these data. The last checkpoint is of step {State.Step}.");
                if (progress.Add(following, measured, LearningRate.At(step, schedule), before + clock.Elapsed.TotalSeconds) is { } point)
                    losses.Add(point);
                if (IsMeasuredAfter(following))
                {
                    clock.Stop();
                    recalls.Add(Measure(probe, following));
                    clock.Start();
                }

                if (following == schedule.Steps || following % schedule.CheckpointEvery == 0 || cancellation.IsCancellationRequested)
                {
                    State = State with { Step = following, Seconds = before + clock.Elapsed.TotalSeconds, Losses = [.. losses], Recalls = [.. recalls] };
                    Checkpoint.Save(_folder, State, _model, Average, _optimiser);
                }

                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // It reads the mapped pictures, which must not go while it does.
            next.Wait(CancellationToken.None);
        }
    }

    /// <summary>Solves the regression of texts on the vectors of the pictures.</summary>
    public TextRegression Regress()
    {
        var vectors = PictureVectors();
        var imagined = _data.Words is null ? null : ImaginedWords.Guess(_words, _data.Words, _data.Concepts, vectors);
        var export = _config.Export;
        return TextRegression.Solve(_data.Concepts, _captions, vectors, _captions.InverseDocumentFrequencies(), export.RegressionRidge, imagined, export.RegressionWords);
    }

    /// <summary>Which n-grams have rows.</summary>
    public NgramRows Rows => _captions.Rows;

    /// <summary>Words that are learnt without pictures.</summary>
    public int Words => _words.Length;

    /// <summary>A vector for each picture, the mean over its versions; not of length 1.</summary>
    public IReadOnlyList<float[]> PictureVectors() => PictureVectorsFile.GetOrMake(_folder, State, _config.Model.Dimension, EncodePictures);

    public void Dispose()
    {
        _optimiser.Dispose();
        _model.Dispose();
        Average.Dispose();
        _pictures.Dispose();
    }

    private List<float[]> EncodePictures()
    {
        var vectors = new List<float[]>(_pictures.Pictures);
        foreach (int[] chunk in Enumerable.Range(0, _pictures.Pictures).Chunk(PicturesPerCall))
        {
            using var scope = NewDisposeScope();
            using var withoutGradient = no_grad();
            var views = chunk.SelectMany(picture => Enumerable.Range(0, _pictures.Variants).Select(variant => (picture, variant))).ToArray();
            var means = ModelInputs.Encode(Average.Image, _sampler.Gather(views), _pictures.Side).view(chunk.Length, _pictures.Variants, -1).mean([1]);
            vectors.AddRange(means.data<float>().ToArray().Chunk(_config.Model.Dimension));
        }

        return vectors;
    }

    private StepLosses Step(int step, TrainingBatch batch)
    {
        using var scope = NewDisposeScope();

        // Seeded at each step, so that a run that resumes drops what it would have dropped.
        manual_seed(((long)_config.Seed * 1_000_003) + step);
        _model.train();
        _optimiser.ZeroGradients();
        var pictures = ModelInputs.Encode(_model.Image, batch.Pictures, _config.Pictures.Features.Side);
        var texts = ModelInputs.Encode(_model.Text, batch.Texts);
        var (loss, terms) = ContrastiveObjective.Of(pictures, texts, _model.LogScale.exp(), _config.Loss);
        loss.backward();
        nn.utils.clip_grad_norm_(_model.parameters(), 5);
        _optimiser.Step(LearningRate.At(step, _config.Schedule));
        using (no_grad())
            _model.LogScale.clamp_(Scalars.Of(0), Scalars.Of(Math.Log(1 / _config.Loss.MinTemperature)));
        WeightAverage.Update(Average, _model, _config.Schedule.Averaging, step);
        return new StepLosses(loss.item<float>(), terms.ToDictionary(term => term.Key, term => (double)term.Value.item<float>()), Math.Exp(-_model.LogScale.item<float>()));
    }

    // Batches are drawn beside the steps.
    private Task<TrainingBatch> Draw(int step) => Task.Run(() => _sampler.Draw(step), CancellationToken.None);

    private bool IsMeasuredAfter(int step) => _data.Tests.Count > 0
        && (step == _config.Schedule.Steps || (_config.Schedule.EvaluateEvery > 0 && step % _config.Schedule.EvaluateEvery == 0));

    private RecallPoint Measure(TorchProbeEncoder probe, int step)
    {
        var point = new RecallPoint(step, Evaluator.Run(_data.Tests, probe).Tests);
        _log.WriteLine($"step {step:N0}: R@10 " + string.Join("  ", point.Tests.Select(test => $"{test.Test} {100 * test.R10:0.0}")));
        return point;
    }

    private Action<int> PicturesTold(int count)
    {
        var clock = Stopwatch.StartNew();
        long told = 0;
        return done =>
        {
            if (clock.ElapsedMilliseconds < told + 10_000 && done < count)
                return;
            told = clock.ElapsedMilliseconds;
            _log.WriteLine($"{done:N0} of {count:N0} pictures prepared ({_config.Pictures.Variants} versions of each), {clock.Elapsed.TotalSeconds:0} s");
        };
    }

    // Norms, biases and the temperature do not decay. By name: a module hands out its parameters in new objects.
    private static AdamW Optimiser(DualEncoderModel model, ScheduleConfig schedule) => new(model.named_parameters().Select(pair => (pair.parameter, Decay:
        pair.name == DualEncoderModel.TableName ? schedule.TableDecay
        : pair.parameter.dim() > 1 ? schedule.WeightDecay
        : 0)));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
