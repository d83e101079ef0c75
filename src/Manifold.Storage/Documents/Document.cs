namespace Manifold.Storage;

/// <summary>A document and the ETag of this version of it.</summary>
public sealed record Document(ReadOnlyMemory<byte> Content, string ETag);
