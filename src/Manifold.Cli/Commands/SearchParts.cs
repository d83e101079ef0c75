using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Sources;
using Manifold.Client;

namespace Manifold.Cli.Commands;

/// <summary>The parts of a query on the command line, each with its weight.</summary>
internal sealed class SearchParts
{
    private readonly Argument<string?> _text = new("text") { Description = "What to look for, in words.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _image = new("--image") { Description = "A picture to look for.", HelpName = "file" };
    private readonly Option<string?> _audio = new("--audio") { Description = "A recording of sound to look for.", HelpName = "file" };
    private readonly Option<string?> _video = new("--video") { Description = "A video to look for.", HelpName = "file" };
    private readonly Option<string?> _vector = new("--vector") { Description = "A vector: numbers with commas between them; several with ';' between them for a multi-vector space.", HelpName = "numbers" };
    private readonly Option<string?> _id = new("--id") { Description = "An item of the collection; it is left out of the hits.", HelpName = "item" };
    private readonly Option<double?> _textWeight = Weight("text");
    private readonly Option<double?> _imageWeight = Weight("image");
    private readonly Option<double?> _audioWeight = Weight("audio");
    private readonly Option<double?> _videoWeight = Weight("video");
    private readonly Option<double?> _vectorWeight = Weight("vector");
    private readonly Option<double?> _idWeight = Weight("id");

    /// <param name="command">The command.</param>
    /// <param name="words">What a query without parts may have.</param>
    public void AddTo(Command command, Option? words = null)
    {
        command.Add(_text);
        command.Add(_image);
        command.Add(_audio);
        command.Add(_video);
        command.Add(_vector);
        command.Add(_id);
        (Option<double?> Weight, Symbol Part)[] weights = [(_textWeight, _text), (_imageWeight, _image), (_audioWeight, _audio), (_videoWeight, _video), (_vectorWeight, _vector), (_idWeight, _id)];
        foreach (var (weight, _) in weights)
            command.Add(weight);
        command.Validators.Add(result =>
        {
            var given = new[]
            {
                result.GetResult(_text)?.Tokens.Count, result.GetResult(_image)?.Tokens.Count, result.GetResult(_audio)?.Tokens.Count,
                result.GetResult(_video)?.Tokens.Count, result.GetResult(_vector)?.Tokens.Count, result.GetResult(_id)?.Tokens.Count,
            };
            if (given.All(tokens => tokens is null or 0) && (words is null || result.GetResult(words) is null))
                result.AddError($"say what to look for: a text, --image, --audio, --video, --vector{(words is null ? "" : ", " + words.Name)} or --id");
            for (var i = 0; i < weights.Length; i++)
            {
                if (result.GetResult(weights[i].Weight) is not null && given[i] is null or 0)
                    result.AddError($"{weights[i].Weight.Name} needs that part of the query");
            }
        });
    }

    /// <exception cref="ToolException">A file cannot be read, or the vector is not one.</exception>
    public async Task<IReadOnlyList<QueryPart>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var parts = new List<QueryPart>();
        if (parsed.GetValue(_text) is { } text)
            parts.Add(QueryPart.FromText(text, parsed.GetValue(_textWeight) ?? 1));
        if (parsed.GetValue(_image) is { } image)
            parts.Add(QueryPart.FromContent(await ContentFile.ReadPictureAsync(image, cancellationToken), parsed.GetValue(_imageWeight) ?? 1));
        if (parsed.GetValue(_audio) is { } audio)
            parts.Add(QueryPart.FromContent(await ContentFile.ReadMediaAsync(audio, Modality.Audio, cancellationToken), parsed.GetValue(_audioWeight) ?? 1));
        if (parsed.GetValue(_video) is { } video)
            parts.Add(QueryPart.FromContent(await ContentFile.ReadMediaAsync(video, Modality.Video, cancellationToken), parsed.GetValue(_videoWeight) ?? 1));
        if (parsed.GetValue(_vector) is { } vector)
            parts.Add(QueryPart.FromVector(VectorOf(vector), parsed.GetValue(_vectorWeight) ?? 1));
        if (parsed.GetValue(_id) is { } id)
            parts.Add(QueryPart.FromItem(id, parsed.GetValue(_idWeight) ?? 1));
        return parts;
    }

    /// <summary>The query's text, if it has one.</summary>
    public string? Text(ParseResult parsed) => parsed.GetValue(_text);

    /// <summary>The path of the query's picture, recording or video; the first of them.</summary>
    public string? MediumPath(ParseResult parsed) => parsed.GetValue(_image) ?? parsed.GetValue(_audio) ?? parsed.GetValue(_video);

    /// <summary>The query in words, without its picture.</summary>
    public string Describe(ParseResult parsed)
    {
        var words = new List<string>();
        if (parsed.GetValue(_text) is { } text)
            words.Add(text);
        if (parsed.GetValue(_audio) is { } audio)
            words.Add(Path.GetFileName(audio));
        if (parsed.GetValue(_video) is { } video)
            words.Add(Path.GetFileName(video));
        if (parsed.GetValue(_vector) is not null)
            words.Add("a vector");
        if (parsed.GetValue(_id) is { } id)
            words.Add($"item {id}");
        return string.Join(" + ", words);
    }

    private static Option<double?> Weight(string part)
    {
        var option = new Option<double?>($"--weight-{part}") { Description = $"How much the {part} counts; default 1, negative to move away from it.", HelpName = "w" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var weight) && (weight == 0 || !double.IsFinite(weight)))
                result.AddError($"--weight-{part}: a weight is a number other than 0");
        });
        return option;
    }

    private static float[] VectorOf(string text)
    {
        var numbers = text.Trim('[', ']', ' ').Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. numbers.Select((number, i) => float.TryParse(number, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw ToolException.Usage($"--vector: '{number}', the number at {i + 1}, is not one"))];
    }
}
