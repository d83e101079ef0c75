namespace Manifold.Storage;

/// <summary>What identifies an immutable object's content.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Checksum">XXH3-128 of its bytes, 32 lower-case hexadecimal digits.</param>
public sealed record StoredObject(string Name, long Length, string Checksum);
