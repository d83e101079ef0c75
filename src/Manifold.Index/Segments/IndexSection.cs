namespace Manifold.Index;

/// <summary>One section of an index file that is to be written.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Name">The space or attribute that it is about; empty for neither.</param>
/// <param name="Length">Bytes; <paramref name="Write"/> writes just as many.</param>
/// <param name="Write">Writes its bytes. Called once, in the order of the sections.</param>
internal sealed record IndexSection(SectionKind Kind, string Name, long Length, Action<SectionStream> Write)
{
    /// <summary>A section of all bytes of a buffer, which must live until it is written.</summary>
    public static unsafe IndexSection Of(SectionKind kind, string name, NativeBuffer buffer) => new(kind, name, buffer.Length, stream =>
    {
        const int Step = 1 << 24;
        for (long offset = 0; offset < buffer.Length; offset += Step)
            stream.Write(new ReadOnlySpan<byte>((byte*)buffer.Pointer + offset, (int)Math.Min(Step, buffer.Length - offset)));
    });

    /// <summary>A section of elements in memory.</summary>
    public static IndexSection Of<T>(SectionKind kind, string name, ReadOnlyMemory<T> elements)
        where T : unmanaged =>
        new(kind, name, (long)elements.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>(), stream => stream.WriteAll(elements.Span));
}
