using System.Text;

namespace Manifold.Training;

/// <summary>The YAML file of a run.</summary>
internal static class ConfigFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The defaults with what the file changes, all of it within its ranges.</summary>
    /// <exception cref="InvalidDataException">
    /// The file cannot be read, is empty, is no YAML, has keys that there are not or twice, or values of a wrong type; or else, values out of their
    /// ranges. All errors at once, one a line, each with file, line, column and dotted key: <c>run.yaml:12:5: schedule.stepz is not a key; …</c>.
    /// </exception>
    /// <param name="path">The file.</param>
    /// <param name="config">A record that holds the defaults and that nothing else refers to.</param>
    /// <param name="check">Finds values that are out of their ranges.</param>
    public static T Load<T>(string path, T config, Func<T, IReadOnlyList<ConfigProblem>> check)
        where T : class
    {
        var reader = new ConfigFileReader(path);
        reader.Read(ReadText(path), config);
        var problems = check(config);
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join('\n', problems.Select(reader.Locate)));
        return config;
    }

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
