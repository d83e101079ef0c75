using System.Text;

namespace Manifold.Training;

/// <summary>The YAML file of a training run (docs/training.md, "The config file").</summary>
internal static class DualEncoderConfigFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The defaults with what the file changes, all of it within its ranges.</summary>
    /// <exception cref="InvalidDataException">
    /// The file cannot be read, is empty, is no YAML, has keys that there are not or twice, or values of a wrong type; or else, values out of their
    /// ranges. All errors at once, one a line, each with file, line, column and dotted key: <c>run.yaml:12:5: schedule.stepz is not a key; …</c>.
    /// </exception>
    public static DualEncoderConfig Load(string path)
    {
        var config = new DualEncoderConfig();
        var reader = new ConfigFileReader(path);
        reader.Read(ReadText(path), config);
        var problems = DualEncoderConfigChecks.Problems(config);
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join('\n', problems.Select(reader.Locate)));
        return config;
    }

    /// <summary>The config as canonical YAML, every key named: <see cref="Load"/> reads it back, and equal configs give equal texts.</summary>
    public static string Write(DualEncoderConfig config) => ConfigFileWriter.Write(config);

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, Utf8);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path}: there is no such file", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}: the file is not UTF-8", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: the file cannot be read: {e.Message}", e);
        }
    }
}
