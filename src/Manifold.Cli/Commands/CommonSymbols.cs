using System.CommandLine;
using Manifold.Encoders;

namespace Manifold.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class CommonSymbols
{
    public static Argument<string> Collection() => new("collection") { Description = "The collection's name." };

    public static Argument<string[]> Ids() => new("id") { Description = "Ids of items.", Arity = ArgumentArity.OneOrMore };

    public static Option<string?> Filter() => new("--filter")
    {
        Description = "A condition, such as 'category = \"animals\" and year >= 2020 and not source in (\"noto\", \"fluent\")'.",
        HelpName = "condition",
    };

    public static Option<string?> Library() => new("--library")
    {
        Description = $"The folder of bundles to put it in; default {BundleLibrary.Variable}, or {BundleLibrary.DefaultPath ?? "none"}.",
        HelpName = "folder",
    };

    public static Option<bool> Replace() => new("--replace") { Description = "Replace a bundle of that name." };

    public static string LibraryOf(ParseResult parsed, Option<string?> library) =>
        parsed.GetValue(library) ?? BundleLibrary.DefaultPath ?? throw ToolException.Usage($"say where to: --library FOLDER, or {BundleLibrary.Variable}");

    /// <summary>An option whose number must be in a range; a value outside it is a usage error that names the range.</summary>
    public static Option<int?> Number(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "n" };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens.Count == 0)
                return;
            if (!int.TryParse(result.Tokens[0].Value, out var value) || value < least || value > most)
                result.AddError($"{name}: '{result.Tokens[0].Value}' is not a whole number from {least} to {most}");
        });
        return option;
    }
}
