using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Manifold.Training;

/// <summary>
/// Reads YAML into a record that holds its defaults already. It goes through the parser's events and not through YamlDotNet's deserialiser, which
/// stops at the first error, does not know dotted keys and sets a section with nothing below it to null. Reads one file; not thread-safe.
/// </summary>
/// <param name="path">The file, for messages.</param>
internal sealed class ConfigFileReader(string path)
{
    private readonly Dictionary<string, Mark> _places = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    /// <summary>Sets what the file names; what it does not name stays.</summary>
    /// <param name="yaml">The file's text: one mapping.</param>
    /// <param name="root">A record that nothing else refers to: it is changed although its properties are init-only.</param>
    /// <exception cref="InvalidDataException">All that is not YAML, no key, twice there or of a wrong type, one a line.</exception>
    public void Read(string yaml, object root)
    {
        try
        {
            ReadDocument(new Parser(new StringReader(yaml)), root);
        }
        catch (YamlException e)
        {
            Add(e.Start, "this is not YAML: " + e.Message);
        }

        if (_errors.Count > 0)
            throw new InvalidDataException(string.Join('\n', _errors));
    }

    /// <summary>The problem behind the place of its key; behind the file's name when the file leaves the key out.</summary>
    public string Locate(ConfigProblem problem) =>
        _places.TryGetValue(problem.Key, out var place) ? Locate(place, problem.Text) : $"{path}: {problem.Text}";

    private string Locate(Mark place, string text) => $"{path}:{place.Line}:{place.Column}: {text}";

    private void Add(Mark place, string error) => _errors.Add(Locate(place, error));

    private void ReadDocument(Parser parser, object root)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || (parser.Accept<Scalar>(out var nothing) && ConfigScalars.IsNothing(nothing)))
        {
            _errors.Add($"{path}: the file is empty");
            return;
        }

        if (!parser.TryConsume<MappingStart>(out _))
        {
            Add(parser.Current!.Start, "the file must hold keys with values, such as 'name: my-encoder'");
            return;
        }

        ReadSection(parser, root, "");
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            Add(second.Start, "a second document begins here; a config is one");
    }

    /// <summary>Reads behind the section's beginning, up to its end.</summary>
    private void ReadSection(Parser parser, object target, string section)
    {
        var keys = ConfigKeys.Of(target.GetType());
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                Add(parser.Current!.Start, "a key must be a word");
                parser.SkipThisAndNestedEvents();
                parser.SkipThisAndNestedEvents();
                continue;
            }

            string dotted = ConfigKeys.Dotted(section, key.Value);
            var property = keys.FirstOrDefault(pair => pair.Key == key.Value).Value;
            if (property is not null && _places.TryAdd(dotted, key.Start))
            {
                ReadValue(parser, target, property, dotted);
                continue;
            }

            Add(key.Start, property is null
                ? $"{dotted} is not a key; the keys there are {string.Join(", ", keys.Select(pair => pair.Key))}"
                : $"{dotted} is there twice, first in line {_places[dotted].Line}");
            parser.SkipThisAndNestedEvents();
        }
    }

    private void ReadValue(Parser parser, object target, PropertyInfo property, string dotted)
    {
        var node = parser.Current as NodeEvent;
        var type = property.PropertyType;
        if (node is null or { Tag.IsEmpty: false } or { Anchor.IsEmpty: false })
        {
            Add(parser.Current!.Start, $"{dotted} has a tag, an anchor or an alias; write the value out");
            parser.SkipThisAndNestedEvents();
        }
        else if (ConfigKeys.ElementOf(type) is { } element)
        {
            ReadList(parser, target, property, element, dotted);
        }
        else if (!ConfigKeys.IsSection(type))
        {
            if (ReadScalar(parser, type, dotted) is { } value)
                property.SetValue(target, value);
        }
        else if (parser.TryConsume<MappingStart>(out _))
        {
            ReadSection(parser, property.GetValue(target)!, dotted);
        }
        else if (node is Scalar scalar && ConfigScalars.IsNothing(scalar))
        {
            parser.MoveNext();
        }
        else
        {
            Add(node.Start, $"{dotted} must be followed by keys: {string.Join(", ", ConfigKeys.Of(type).Select(pair => pair.Key))}");
            parser.SkipThisAndNestedEvents();
        }
    }

    private void ReadList(Parser parser, object target, PropertyInfo property, Type element, string dotted)
    {
        if (!parser.TryConsume<SequenceStart>(out _))
        {
            Add(parser.Current!.Start, $"{dotted} must be a list in brackets, of which each entry is {ConfigScalars.Expected(element)}");
            parser.SkipThisAndNestedEvents();
            return;
        }

        var values = new List<object>();
        for (int i = 0; !parser.TryConsume<SequenceEnd>(out _); i++)
        {
            if (ReadScalar(parser, element, $"{dotted}[{i}]") is { } value)
                values.Add(value);
        }

        var list = Array.CreateInstance(element, values.Count);
        for (int i = 0; i < values.Count; i++)
            list.SetValue(values[i], i);
        property.SetValue(target, list);
    }

    private object? ReadScalar(Parser parser, Type type, string dotted)
    {
        var start = parser.Current!.Start;
        if (!parser.Accept<Scalar>(out var scalar))
        {
            Add(start, $"{dotted} must be {ConfigScalars.Expected(type)}, not a list or keys");
            parser.SkipThisAndNestedEvents();
            return null;
        }

        parser.MoveNext();
        object? value = ConfigScalars.Parse(scalar, type);
        if (value is null)
        {
            Add(start, ConfigScalars.IsNothing(scalar)
                ? $"{dotted} has no value; leave the key out to keep its default"
                : $"{dotted} is {(scalar.Style == ScalarStyle.Plain ? "" : "the text ")}'{scalar.Value}'; it must be {ConfigScalars.Expected(type)}");
        }

        return value;
    }
}
