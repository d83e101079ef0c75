using Manifold.Client;

namespace Manifold.Cli.Sources;

/// <summary>What a source holds at one place: an item, or what is wrong there.</summary>
/// <param name="Line">The line of a JSONL file, from 1; null in a folder.</param>
/// <param name="Location">The place for a person: <c>items.jsonl:12</c>, or a file's path.</param>
/// <param name="Id">The item's id, if it could be read.</param>
/// <param name="Input">The item; null if it is a bad one.</param>
/// <param name="Problem">What is wrong; null if nothing is.</param>
internal sealed record SourceItem(long? Line, string Location, string? Id, ItemInput? Input, string? Problem)
{
    public static SourceItem Good(long? line, string location, ItemInput input) => new(line, location, input.Id, input, null);

    public static SourceItem Bad(long? line, string location, string? id, string problem) => new(line, location, id, null, problem);
}
