using System.CommandLine;
using Manifold.Cli.Output;
using Manifold.Client;

namespace Manifold.Cli.Commands;

/// <summary>What the commands share: the options --server and --json, and how failures become one line and an exit code.</summary>
internal static class ClientCommand
{
    private const string DefaultServer = "http://127.0.0.1:6810";

    /// <summary>A person waits: give up on an absent server at once rather than after ten seconds.</summary>
    private const int Retries = 2;

    /// <summary>The first picture through an encoder that is just starting takes longer than a search.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object and nothing else on standard output." };

    /// <summary>Makes a command that talks to a server.</summary>
    public static Command OnServer(this Command command, Func<ParseResult, ManifoldClient, Terminal, CancellationToken, Task<int>> run)
    {
        var server = new Option<string>("--server")
        {
            Description = $"The server's gRPC address; default {DefaultServer}, or MANIFOLD_SERVER.",
            HelpName = "address",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MANIFOLD_SERVER") is { Length: > 0 } address ? address : DefaultServer,
        };
        command.Add(server);
        return command.Locally(async (parsed, terminal, cancellationToken) =>
        {
            using var client = Connect(AddressOf(parsed.GetRequiredValue(server)));
            return await run(parsed, client, terminal, cancellationToken);
        });
    }

    /// <summary>Makes a command that needs no server.</summary>
    public static Command Locally(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> run)
    {
        var json = Json();
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var streams = parsed.InvocationConfiguration;
            var terminal = new Terminal(streams.Output, streams.Error, parsed.GetValue(json));
            try
            {
                return await run(parsed, terminal, cancellationToken);
            }
            catch (Exception exception)
            {
                return Failures.Report(exception, terminal);
            }
        });
        return command;
    }

    public static ManifoldClient Connect(Uri address) => new(address, new ManifoldClientOptions { MaxRetries = Retries, Timeout = Timeout });

    private static Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw ToolException.Usage($"--server: '{text}' is not an address such as {DefaultServer}");
}
