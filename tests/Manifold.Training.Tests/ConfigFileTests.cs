namespace Manifold.Training.Tests;

/// <summary>What a config file may say, and what is said of one that is wrong.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Load_OfAFewKeys_KeepsTheOtherDefaults()
    {
        var config = Load("name: mine\nmodel:\n  dimension: 64\n  gradients:\n  tokenizer: {buckets: 1024}\nexport: {weights: float16}\n");
        Assert.Equal(("mine", 64, 768, 1024, WeightPrecision.Float16), (config.Name, config.Model.Dimension, config.Model.Gradients.Hidden, config.Model.Tokenizer.Buckets, config.Export.Weights));
        Assert.Equal([1, 2], config.Model.Tokenizer.WordNgrams);
        Assert.Equal(new ScheduleConfig(), config.Schedule);
    }

    [Fact]
    public void Load_OfWhatWasWritten_IsTheSame()
    {
        var config = new DualEncoderConfig
        {
            Name = "round-trip",
            Description = "It's \"quoted\": 100 %, ünïcode 企鹅",
            Data = new DataConfig { Locales = ["en", "no"], TagsWeight = 0.1 },
            Loss = new LossConfig { MinTemperature = 0.012345678901234567 },
            Model = new ModelConfig { Convolutions = new ConvolutionBranchConfig { Channels = [16, 48] } },
        };
        string written = DualEncoderConfigFile.Write(config);
        Assert.Equal(written, DualEncoderConfigFile.Write(Load(written)));
        Assert.Equal(config.Description, Load(written).Description);
        Assert.Equal(config.Loss, Load(written).Loss);
    }

    [Theory]
    [InlineData("name: a\nschedule:\n  stepz: 3\n", ":3:3: schedule.stepz is not a key; the keys there are batch, steps")]
    [InlineData("name: a\nname: b\n", ":2:1: name is there twice, first in line 1")]
    [InlineData("schedule: {steps: many}\n", "schedule.steps is 'many'; it must be a whole number")]
    [InlineData("schedule: {steps: 1.5}\n", "schedule.steps is '1.5'")]
    [InlineData("model: {gradients: {enabled: no}}\n", "model.gradients.enabled is 'no'; it must be true or false")]
    [InlineData("model: 7\n", "model must be followed by keys")]
    [InlineData("data: {locales: en}\n", "data.locales must be a list")]
    [InlineData("export: {weights: int4}\n", "one of float32, float16, int8")]
    [InlineData("loss: {margin: .nan}\n", "loss.margin is '.nan'; it must be a finite number")]
    [InlineData("", "the file is empty")]
    [InlineData("- a\n", "the file must hold keys")]
    [InlineData("name: [a\n", "this is not YAML")]
    public void Load_OfAWrongFile_NamesThePlace(string yaml, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(yaml));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Of("run.yaml"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model: {dimension: 8}", "model.dimension is 8; it must be from 16 to 4,096")]
    [InlineData("schedule: {steps: 0}", "schedule.steps is 0; it must be from 1 to 10,000,000")]
    [InlineData("schedule: {batch: 1}", "schedule.batch is 1; it must be from 2")]
    [InlineData("schedule: {learning_rate: -1}", "schedule.learning_rate is -1; it must be greater than 0")]
    [InlineData("model: {gradients: {enabled: false}, convolutions: {enabled: false}}", "the picture tower needs a branch")]
    [InlineData("model: {ngrams: {enabled: false}, transformer: {enabled: false}}", "the text tower needs a branch")]
    [InlineData("model: {transformer: {width: 30, heads: 4}}", "a multiple of model.transformer.heads")]
    [InlineData("model: {convolutions: {channels: [16, 16, 16, 16, 16, 16]}}", "model.convolutions.channels")]
    [InlineData("model: {convolutions: {channels: [24, 48]}}", "model.convolutions.channels")]
    [InlineData("loss: {image_text: 0}", "nothing else brings pictures and texts together")]
    [InlineData("loss: {temperature: 0.01}", "from loss.min_temperature to 1")]
    [InlineData("pictures: {features: {cell: 7}}", "pictures.features.cell is 7")]
    [InlineData("pictures: {variants: 0}", "pictures.variants is 0")]
    [InlineData("data: {validation: 0.9}", "data.validation is 0.9; it must be from 0 to 0.5")]
    [InlineData("model: {rows: 1}", "model.rows is 1; it must be from 2")]
    [InlineData("data: {words: 0}", "data.words is 0")]
    [InlineData("export: {regression_words: -1}", "export.regression_words is -1; it must be 0 or greater")]
    [InlineData("name: 'No Spaces'", "name is 'No Spaces'")]
    public void Load_OfValuesOutOfRange_NamesKeyValueAndRange(string yaml, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load($"{yaml}\n"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfSeveralErrors_TellsThemAllWithTheirLines()
    {
        var error = Assert.Throws<InvalidDataException>(() => Load("schedule:\n  steps: 0\n  batch: 1\nmodel:\n  dimension: 1\n"));
        string[] lines = error.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, line => line.Contains(":2:3: schedule.steps", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(":5:3: model.dimension", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_OfAMissingFile_NamesIt()
    {
        var error = Assert.Throws<InvalidDataException>(() => DualEncoderConfigFile.Load(_folder.Of("nowhere.yaml")));
        Assert.Contains("nowhere.yaml: there is no such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_OfTheConfigFile_HasEveryKey()
    {
        string documentation = File.ReadAllText(RepositoryFolder.Of("docs", "training.md"));
        void Check(Type section, string prefix)
        {
            foreach (var (key, property) in ConfigKeys.Of(section).Where(pair => section != typeof(AudioTowerConfig) || pair.Value.PropertyType != typeof(ScheduleConfig)))
            {
                if (ConfigKeys.IsSection(property.PropertyType) && ConfigKeys.ElementOf(property.PropertyType) is null)
                    Check(property.PropertyType, ConfigKeys.Dotted(prefix, key));
                else
                    Assert.Contains($"| `{ConfigKeys.Dotted(prefix, key)}` |", documentation, StringComparison.Ordinal);
            }
        }

        Check(typeof(DualEncoderConfig), "");
        documentation = documentation[documentation.IndexOf("## The tower of sound", StringComparison.Ordinal)..];
        Check(typeof(AudioTowerConfig), "");
    }

    [Fact]
    public void Shipped_Configs_Load()
    {
        string[] files = Directory.GetFiles(RepositoryFolder.Of("src", "Manifold.Training", "configs"), "*.yaml");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(DualEncoderConfigFile.Load(file).Data.AllowGpl));
        files = Directory.GetFiles(RepositoryFolder.Of("src", "Manifold.Training", "configs", "audio"), "*.yaml");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(ConfigFile.Load(file, new AudioTowerConfig(), AudioTowerConfigChecks.Problems).Data.AllowGpl));
    }

    public void Dispose() => _folder.Dispose();

    private DualEncoderConfig Load(string yaml)
    {
        File.WriteAllText(_folder.Of("run.yaml"), yaml);
        return DualEncoderConfigFile.Load(_folder.Of("run.yaml"));
    }
}
