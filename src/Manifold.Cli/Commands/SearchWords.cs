using System.CommandLine;
using Manifold.Client;

namespace Manifold.Cli.Commands;

/// <summary>The words of a search on the command line, and how their hits are fused with those of the parts.</summary>
internal sealed class SearchWords
{
    private const string Ranks = "ranks", Scores = "scores";

    private readonly Option<string?> _fusion = new("--fusion") { Description = "How hits of words and of the rest become one list: ranks (default) or scores.", HelpName = "way" };
    private readonly Option<string[]> _fields = new("--field") { Description = "An attribute whose text is looked at; default: all that hold texts. May be given several times.", HelpName = "attribute" };
    private readonly Option<bool> _allTerms = new("--all-terms") { Description = "Only items that have all of the words." };
    private readonly Option<double?> _vectorShare = new("--vector-share") { Description = "With --fusion scores: the share of the vectors' score, 0 to 1; default 0.5.", HelpName = "share" };

    public SearchWords() => _fusion.AcceptOnlyFromAmong(Ranks, Scores);

    /// <summary>The words; given without any, they are those of the text.</summary>
    public Option<string?> Match { get; } = new("--match")
    {
        Description = "Words to look for in the items' texts, by BM25; alone, or beside the rest. Without words: those of the text.",
        HelpName = "words",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        command.Add(Match);
        command.Add(_fields);
        command.Add(_allTerms);
        command.Add(_fusion);
        command.Add(_vectorShare);
        command.Validators.Add(result =>
        {
            foreach (Option option in (Option[])[_fields, _allTerms, _fusion, _vectorShare])
            {
                if (result.GetResult(option) is { Implicit: false } && result.GetResult(Match) is null)
                    result.AddError($"{option.Name} needs --match");
            }

            if (result.GetResult(_vectorShare) is not null && result.GetValue(_fusion) != Scores)
                result.AddError("--vector-share needs --fusion scores");
        });
    }

    /// <summary>What to match, or null.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="text">The text of the query, or null.</param>
    public TextMatch? Read(ParseResult parsed, string? text) => parsed.GetResult(Match) is null ? null : new TextMatch(parsed.GetValue(Match) ?? text ?? "")
    {
        Fields = parsed.GetValue(_fields) ?? [],
        AllTerms = parsed.GetValue(_allTerms),
    };

    /// <summary>The query in words.</summary>
    public string Describe(ParseResult parsed, string parts) => parsed.GetValue(Match) is not { } match ? parts : parts.Length > 0 ? $"{parts} + the words {match}" : $"the words {match}";

    /// <summary>How to fuse, or null.</summary>
    public Fusion? ReadFusion(ParseResult parsed) => parsed.GetValue(_fusion) switch
    {
        Ranks => Fusion.ByRanks(),
        Scores => Fusion.ByScores(parsed.GetValue(_vectorShare) ?? 0.5),
        _ => null,
    };
}
