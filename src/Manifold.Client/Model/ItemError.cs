using Grpc.Core;

namespace Manifold.Client;

/// <summary>Why one item of a batch was not written; the others were.</summary>
/// <param name="Index">Its place in the batch, or in the whole source of an ingest, from 0.</param>
/// <param name="Id">The item's id.</param>
/// <param name="Status">The kind of error.</param>
/// <param name="Field">The field at fault, such as <c>items[3].item.vectors[default]</c>; may be empty.</param>
/// <param name="Message">What is wrong, for a person.</param>
public sealed record ItemError(long Index, string Id, StatusCode Status, string Field, string Message);
