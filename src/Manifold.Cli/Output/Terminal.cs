using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Spectre.Console;

namespace Manifold.Cli.Output;

/// <summary>Where a command writes: its answer on standard output, everything else on standard error.</summary>
internal sealed class Terminal
{
    /// <summary>Tables keep their shape in a pipe, where nothing tells a width.</summary>
    private const int WidthWithoutTerminal = 140;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    private readonly TextWriter _output;
    private readonly TextWriter _error;

    public Terminal(TextWriter output, TextWriter error, bool json)
    {
        _output = output;
        _error = error;
        Json = json;
        Display = Open(output, Console.IsOutputRedirected || !ReferenceEquals(output, Console.Out));
        ErrorIsTerminal = !Console.IsErrorRedirected && ReferenceEquals(error, Console.Error);
        ErrorDisplay = Open(error, !ErrorIsTerminal);
    }

    /// <summary>The answer is one JSON object.</summary>
    public bool Json { get; }

    /// <summary>Tables and colours on standard output.</summary>
    public IAnsiConsole Display { get; }

    /// <summary>Progress bars on standard error.</summary>
    public IAnsiConsole ErrorDisplay { get; }

    public bool ErrorIsTerminal { get; }

    /// <summary>The machine's answer.</summary>
    public void WriteJson(object answer) => _output.WriteLine(JsonSerializer.Serialize(answer, JsonOptions));

    /// <summary>A line of the answer.</summary>
    public void WriteLine(string line = "") => _output.WriteLine(line);

    /// <summary>A line about what is going on.</summary>
    public void Note(string line) => _error.WriteLine(line);

    public void Error(string message) => _error.WriteLine($"error: {message}");

    private static IAnsiConsole Open(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        if (redirected)
            console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
