namespace Manifold.Client;

/// <summary>A field of a request that the server refused.</summary>
/// <param name="Field">Its path from the request's root, such as <c>parts[0].vector</c>.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record FieldViolation(string Field, string Description);
