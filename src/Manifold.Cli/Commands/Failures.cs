using Grpc.Core;
using Manifold.Cli.Output;
using Manifold.Client;
using Manifold.Encoders;

namespace Manifold.Cli.Commands;

/// <summary>Says what went wrong in a line, and chooses the exit code. No stack trace ever reaches the user.</summary>
internal static class Failures
{
    public static int Report(Exception exception, Terminal terminal)
    {
        switch (exception)
        {
            case ToolException failure:
                terminal.Error(failure.Message);
                return failure.ExitCode;
            case FilterSyntaxException failure:
                terminal.Error($"--filter: {failure.Message}");
                return ExitCode.Usage;
            case ManifoldException { Unreachable: true } failure:
                terminal.Error($"no server answers: {failure.Message}. Start one with: manifold serve --data FOLDER");
                return ExitCode.Error;
            case ManifoldException failure:
                var fields = failure.Fields.Where(f => f.Description == failure.Message).Select(f => $", {f.Field}");
                terminal.Error($"{failure.Message} ({NameOf(failure.Status)}{string.Concat(fields)})");
                foreach (var field in failure.Fields.Where(f => f.Description != failure.Message))
                    terminal.Note($"  {field.Field}: {field.Description}");
                return ExitCode.Error;
            case OperationCanceledException:
                terminal.Error("stopped");
                return ExitCode.Error;
            case InvalidBundleException or IOException or UnauthorizedAccessException or ArgumentException:
                terminal.Error(exception.Message);
                return ExitCode.Error;
            default:
                terminal.Error($"unexpected {exception.GetType().Name}: {exception.Message}");
                return ExitCode.Error;
        }
    }

    /// <summary>As gRPC's documentation spells it: NOT_FOUND.</summary>
    private static string NameOf(StatusCode status) =>
        string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));
}
