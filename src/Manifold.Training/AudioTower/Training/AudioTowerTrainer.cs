using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>
/// Teaches a tower of sound the space of a bundle: a recording comes to be where the bundle's text tower puts what is said in it. The texts are the hub, so that a recording is near the pictures that its
/// text is near. Texts of one space have much in common, so what is learnt is the direction from the middle of them all. Goes on where a killed run stopped.
/// </summary>
internal sealed class AudioTowerTrainer : IDisposable
{
    private readonly AudioTowerConfig _config;
    private readonly string _folder;
    private readonly TextWriter _log;
    private readonly IReadOnlyList<RetrievalTest> _tests;
    private readonly AudioProbeEncoder _probe;
    private readonly AudioBatchSampler _sampler;
    private readonly Tensor _teacher;
    private readonly AudioTowerModel _model;
    private readonly AdamW _optimiser;

    /// <param name="config">The run.</param>
    /// <param name="clips">What it hears.</param>
    /// <param name="tests">What is measured on the way; may be empty.</param>
    /// <param name="teacher">Encodes the texts, and all else that a test needs but sound.</param>
    /// <param name="dimension">Of the teacher's space.</param>
    /// <param name="folder">Where the checkpoint is kept; must be there.</param>
    /// <param name="log">Where progress is told.</param>
    public AudioTowerTrainer(AudioTowerConfig config, SpokenClips clips, IReadOnlyList<RetrievalTest> tests, IProbeEncoder teacher, int dimension, string folder, TextWriter log)
    {
        (_config, _tests, _folder, _log) = (config, tests, folder, log);
        TorchRuntime.EnsureReady(config.Threads);
        _sampler = new AudioBatchSampler(clips, config.Variation, config.Schedule.Batch, config.Seed);
        using var meant = tensor([.. teacher.EncodeTexts(_sampler.Texts).SelectMany(vector => vector)], [_sampler.Texts.Count, dimension]);
        using var centre = meant.mean([0]);
        using var apart = meant - centre;
        using var radius = apart.norm(1).mean().view(1);
        _teacher = nn.functional.normalize(apart, dim: 1).DetachFromDisposeScope();
        manual_seed(config.Seed);
        _model = new AudioTowerModel(dimension, _sampler.Alphabet.Length, config);
        using (no_grad())
        {
            _model.Tower.Centre.copy_(centre);
            _model.Tower.Radius.copy_(radius);
        }

        Average = new AudioTowerModel(dimension, _sampler.Alphabet.Length, config);
        Average.load_state_dict(_model.state_dict());
        Average.eval();
        _probe = new AudioProbeEncoder(teacher, Average.Tower, config.Spectrogram);
        _optimiser = new AdamW(_model.named_parameters().Select(pair => (pair.parameter, pair.parameter.dim() > 1 ? config.Schedule.WeightDecay : 0)));
        object[] sections = [config.Data, config.Spectrogram, config.Variation, config.Model, config.Loss, config.Schedule];
        string configSha256 = Sha256($"{config.Seed}\n{string.Concat(sections.Select(ConfigFileWriter.Write))}"), dataSha256 = Sha256(string.Join('\n', clips.Texts.Zip(clips.Spectrograms, (text, clip) => $"{text}|{clip.Length}")));
        State = Checkpoint.Load(folder, configSha256, dataSha256, _model, Average, _optimiser) ?? new TrainingState(configSha256, dataSha256, 0, 0, [], []);
    }

    /// <summary>The averaged weights, in evaluation mode: what is measured and shipped.</summary>
    public AudioTowerModel Average { get; }

    /// <summary>Where the run stands.</summary>
    public TrainingState State { get; private set; }

    /// <summary>Distinct texts.</summary>
    public int Texts => _sampler.Texts.Count;

    /// <summary>Learns up to the last step of the schedule.</summary>
    /// <param name="cancellation">Ends it after the step that runs; the checkpoint then holds what was done.</param>
    /// <exception cref="InvalidDataException">The loss is no number any more.</exception>
    public void Run(CancellationToken cancellation)
    {
        var schedule = _config.Schedule;
        var progress = new TrainingProgress(schedule.Steps, _sampler.BatchSize, _log, TimeProvider.System);
        var losses = State.Losses.ToList();
        var recalls = State.Recalls.ToList();
        var clock = Stopwatch.StartNew();
        double before = State.Seconds;
        var next = Draw(State.Step);
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
            if (_tests.Count > 0 && (following == schedule.Steps || (schedule.EvaluateEvery > 0 && following % schedule.EvaluateEvery == 0)))
            {
                clock.Stop();
                recalls.Add(Measure(following));
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

    public void Dispose()
    {
        _optimiser.Dispose();
        _model.Dispose();
        Average.Dispose();
        _teacher.Dispose();
    }

    private StepLosses Step(int step, AudioBatch batch)
    {
        using var scope = NewDisposeScope();

        // Seeded at each step, so that a run that resumes drops what it would have dropped.
        manual_seed(((long)_config.Seed * 1_000_003) + step);
        _model.train();
        _optimiser.ZeroGradients();
        var (frames, isHeard) = _model.Tower.Hear(tensor(batch.Values, [batch.Texts.Length, _config.Spectrogram.Bands, batch.Frames]));
        var heard = _model.Tower.Understand(frames, isHeard);
        var meant = _teacher.index_select(0, tensor(Array.ConvertAll(batch.Texts, text => (long)text)));
        var contrastive = InfoNceLoss.Of(heard, meant, _model.LogScale.exp());
        var cosine = (heard * meant).sum([1]).neg().Plus(Scalars.Of(1)).mean();
        var loss = (contrastive * Scalars.Of(_config.Loss.Contrastive)).Plus(cosine * Scalars.Of(_config.Loss.Cosine));
        var terms = new Dictionary<string, double> { ["contrastive"] = contrastive.item<float>(), ["cosine"] = cosine.item<float>() };
        if (_config.Loss.Transcript > 0 && TranscriptLoss.Of(_model.Transcript.call(frames), batch) is { } transcript)
        {
            loss = loss.Plus(transcript * Scalars.Of(_config.Loss.Transcript));
            terms["transcript"] = transcript.item<float>();
        }

        loss.backward();
        nn.utils.clip_grad_norm_(_model.parameters(), 5);
        _optimiser.Step(LearningRate.At(step, _config.Schedule));
        using (no_grad())
            _model.LogScale.clamp_(Scalars.Of(0), Scalars.Of(Math.Log(1 / _config.Loss.MinTemperature)));
        WeightAverage.Update(Average, _model, _config.Schedule.Averaging, step);
        return new StepLosses(loss.item<float>(), terms, Math.Exp(-_model.LogScale.item<float>()));
    }

    // Batches are drawn beside the steps.
    private Task<AudioBatch> Draw(int step) => Task.Run(() => _sampler.Draw(step), CancellationToken.None);

    private RecallPoint Measure(int step)
    {
        var point = new RecallPoint(step, Evaluator.Run(_tests, _probe).Tests);
        _log.WriteLine($"step {step:N0}: R@10 " + string.Join("  ", point.Tests.Select(test => $"{test.Test} {100 * test.R10:0.0}")));
        return point;
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
