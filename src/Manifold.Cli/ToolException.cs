namespace Manifold.Cli;

/// <summary>A failure whose message is ready for the user.</summary>
internal sealed class ToolException(string message, int exitCode = ExitCode.Error) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The command line asks for what cannot be.</summary>
    public static ToolException Usage(string message) => new(message, Cli.ExitCode.Usage);
}
