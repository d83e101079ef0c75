namespace Manifold.Cli.Sources;

/// <summary>An item that was not taken in.</summary>
/// <param name="Line">The line of a JSONL file; null in a folder.</param>
/// <param name="Location">The place for a person.</param>
/// <param name="Id">The item's id, if it could be read.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record IngestError(long? Line, string Location, string? Id, string Message);
