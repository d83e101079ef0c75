using static TorchSharp.torch;

namespace Manifold.Training.Tests;

/// <summary>Resuming, and checkpoints that must be refused.</summary>
[Collection(TorchTests.Name)]
public sealed class DualEncoderTrainerTests : IDisposable
{
    private static readonly TrainingData Data = TrainingSamples.Take(24);
    private readonly TemporaryFolder _folder = new();

    // Before a test touches torch itself: the library that a build lays down may not load as it is.
    public DualEncoderTrainerTests() => TorchRuntime.EnsureReady(1);

    [Fact]
    public void Run_StoppedAndResumed_ComesToTheWeightsOfARunInOneGo()
    {
        float[] straight = Weights(Train(TrainingSamples.SmallConfig, Data, "straight"));
        using (var stop = new CancellationTokenSource())
        {
            using var interrupted = Trainer(TrainingSamples.SmallConfig, Data, "resumed", TextWriter.Null);
            stop.Cancel();
            Assert.Throws<OperationCanceledException>(() => interrupted.Run(stop.Token));
            Assert.Equal(1, interrupted.State.Step);
        }

        using var resumed = Trainer(TrainingSamples.SmallConfig, Data, "resumed", TextWriter.Null);
        Assert.Equal(1, resumed.State.Step);
        resumed.Run(TestContext.Current.CancellationToken);

        Assert.Equal(12, resumed.State.Step);
        Assert.Equal(straight, Weights(resumed));
    }

    [Fact]
    public void Run_OfTheSameSeed_ComesToTheSameWeights_WhateverMemoryHeldBefore()
    {
        // Of 24 channels the tensor library's convolutions read what the heap held before (ConvolutionBranchConfig.ChannelBlock): gradients were NaN, or other ones from run to run.
        var config = TrainingSamples.SmallConfig with { Model = TrainingSamples.SmallConfig.Model with { Convolutions = new ConvolutionBranchConfig { Channels = [16, 48] } } };
        FillHeap(0);
        float[] first = Weights(Train(config, Data, "first"));
        FillHeap(float.NaN);
        float[] second = Weights(Train(config, Data, "second"));
        Assert.All(first, weight => Assert.True(float.IsFinite(weight)));
        Assert.Equal(first, second);
    }

    [Fact]
    public void Run_WhileGarbageIsCollected_ComesToTheSameWeights()
    {
        float[] quiet = Weights(Train(TrainingSamples.SmallConfig, Data, "quiet"));
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Assert.Equal(quiet, Weights(Train(TrainingSamples.SmallConfig, Data, "collected")));
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Run_OfAnotherSeed_ComesToOtherWeights()
    {
        float[] one = Weights(Train(TrainingSamples.SmallConfig, Data, "one")), other = Weights(Train(TrainingSamples.SmallConfig with { Seed = 2 }, Data, "other"));
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Run_ThatEnded_DoesNothingMore()
    {
        Train(TrainingSamples.SmallConfig, Data, "ended").Dispose();
        using var again = Train(TrainingSamples.SmallConfig, Data, "ended");
        Assert.Equal(12, again.State.Step);
    }

    [Fact]
    public void PictureVectors_AskedAgain_AreReadFromTheRunsFolder_UnlessOfAnotherRun()
    {
        using var trainer = Train(TrainingSamples.SmallConfig, Data, "vectors");
        var computed = trainer.PictureVectors();
        Assert.Equal(Data.Concepts.Sum(concept => concept.Pictures.Count), computed.Count);
        string path = Path.Combine(_folder.Of("vectors"), PictureVectorsFile.FileName);
        Assert.Equal(computed, trainer.PictureVectors());

        byte[] content = File.ReadAllBytes(path);
        content[^1] ^= 0x40;
        File.WriteAllBytes(path, content);
        Assert.NotEqual(computed, trainer.PictureVectors());
        content[30] ^= 1;
        File.WriteAllBytes(path, content);
        Assert.Equal(computed, trainer.PictureVectors());
    }

    [Fact]
    public void Checkpoint_OfAnotherConfiguration_IsRefused()
    {
        Train(TrainingSamples.SmallConfig, Data, "run").Dispose();
        var config = TrainingSamples.SmallConfig with { Model = TrainingSamples.SmallConfig.Model with { Dimension = 48 } };
        var error = Assert.Throws<InvalidDataException>(() => Trainer(config, Data, "run", TextWriter.Null));
        Assert.Contains(Checkpoint.FileName, error.Message, StringComparison.Ordinal);
        Assert.Contains("another configuration", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_OfOtherPairs_IsRefused()
    {
        Train(TrainingSamples.SmallConfig, Data, "run").Dispose();
        var error = Assert.Throws<InvalidDataException>(() => Trainer(TrainingSamples.SmallConfig, TrainingSamples.Take(25), "run", TextWriter.Null));
        Assert.Contains("another set of pairs", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    [InlineData(0)]
    public void Checkpoint_CutOff_IsRefused(double kept)
    {
        Train(TrainingSamples.SmallConfig, Data, "run").Dispose();
        string path = Path.Combine(_folder.Of("run"), Checkpoint.FileName);
        using (var stream = File.OpenWrite(path))
            stream.SetLength((long)(kept * stream.Length));
        var error = Assert.Throws<InvalidDataException>(() => Trainer(TrainingSamples.SmallConfig, Data, "run", TextWriter.Null));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_OfSomethingElse_IsRefused()
    {
        Directory.CreateDirectory(_folder.Of("run"));
        File.WriteAllText(Path.Combine(_folder.Of("run"), Checkpoint.FileName), new string('x', 5000));
        Assert.Throws<InvalidDataException>(() => Trainer(TrainingSamples.SmallConfig, Data, "run", TextWriter.Null));
    }

    [Fact]
    public void Run_WithAnAbsurdLearningRate_SaysSoAndDoesNotSaveIt()
    {
        var config = TrainingSamples.SmallConfig with { Schedule = TrainingSamples.SmallConfig.Schedule with { Steps = 200, LearningRate = 1e30, WarmupSteps = 0 } };
        using var trainer = Trainer(config, Data, "absurd", TextWriter.Null);
        var error = Assert.Throws<InvalidDataException>(() => trainer.Run(TestContext.Current.CancellationToken));
        Assert.Contains("schedule.learning_rate", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    // Blocks of the sizes that a small training asks for, filled and given back.
    private static void FillHeap(float value)
    {
        using var scope = NewDisposeScope();
        for (int size = 1 << 8; size <= 1 << 20; size <<= 1)
        {
            for (int i = 0; i < 16; i++)
                full(size, value);
        }
    }

    private DualEncoderTrainer Train(DualEncoderConfig config, TrainingData data, string run)
    {
        var trainer = Trainer(config, data, run, TextWriter.Null);
        trainer.Run(TestContext.Current.CancellationToken);
        return trainer;
    }

    private DualEncoderTrainer Trainer(DualEncoderConfig config, TrainingData data, string run, TextWriter log)
    {
        Directory.CreateDirectory(_folder.Of(run));
        return new DualEncoderTrainer(config, data, _folder.Of(run), _folder.Of("derived"), log, TestContext.Current.CancellationToken);
    }

    private static float[] Weights(DualEncoderTrainer trainer)
    {
        using var scope = NewDisposeScope();
        return [.. trainer.Average.parameters().SelectMany(parameter => parameter.detach().contiguous().data<float>().ToArray())];
    }
}
