using System.Buffers.Binary;
using System.Text;

namespace Manifold.Training;

/// <summary>The symbol versions that a 64-bit little-endian ELF library asks of others (section <c>.gnu.version_r</c>, LSB Core 10.7.2).</summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks a needed version as weak, so that a library without it is taken as long as no symbol of that version is used.</summary>
    /// <param name="library">The library's bytes, changed in place.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether something was changed.</returns>
    /// <exception cref="InvalidDataException">The bytes are not such a library.</exception>
    public static bool MakeWeak(Span<byte> library, string version)
    {
        try
        {
            return MarkWeak(library, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("The library is cut off or not a 64-bit ELF file.", e);
        }
    }

    private static bool MarkWeak(Span<byte> library, byte[] version)
    {
        if (!library.StartsWith("\x7f"u8 + "ELF\x02\x01"u8))
            throw new InvalidDataException("The library is not a 64-bit little-endian ELF file.");
        int sections = checked((int)BinaryPrimitives.ReadInt64LittleEndian(library[0x28..]));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(library[0x3A..]), count = BinaryPrimitives.ReadUInt16LittleEndian(library[0x3C..]);
        bool changed = false;
        for (int i = 0; i < count; i++)
        {
            var section = library.Slice(sections + (i * size), size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionTypeVersionNeeds)
                continue;
            var names = library[FileOffset(library.Slice(sections + ((int)BinaryPrimitives.ReadUInt32LittleEndian(section[40..]) * size), size))..];
            changed |= MarkWeakIn(library[FileOffset(section)..], names, version);
        }

        return changed;
    }

    // A chain of files (16 bytes each), each with a chain of versions (16 bytes each): hash, flags, other, name, next.
    private static bool MarkWeakIn(Span<byte> files, ReadOnlySpan<byte> names, ReadOnlySpan<byte> version)
    {
        bool changed = false;
        for (int file = 0, nextFile = -1; nextFile != 0; file += nextFile)
        {
            nextFile = BinaryPrimitives.ReadInt32LittleEndian(files[(file + 12)..]);
            int need = file + BinaryPrimitives.ReadInt32LittleEndian(files[(file + 8)..]);
            for (int next = -1; next != 0; need += next)
            {
                next = BinaryPrimitives.ReadInt32LittleEndian(files[(need + 12)..]);
                var name = names[BinaryPrimitives.ReadInt32LittleEndian(files[(need + 8)..])..];
                ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(files[(need + 4)..]);
                if (!name[..name.IndexOf((byte)0)].SequenceEqual(version) || (flags & WeakFlag) != 0)
                    continue;
                BinaryPrimitives.WriteUInt16LittleEndian(files[(need + 4)..], (ushort)(flags | WeakFlag));
                changed = true;
            }
        }

        return changed;
    }

    private static int FileOffset(ReadOnlySpan<byte> section) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(section[24..]));
}
