using System.Buffers;
using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Manifold.Index;

/// <summary>
/// An immutable map from name to value, ordered by the names' UTF-8 bytes. It carries its binary form, which logs, segments and
/// messages store as it is; equal maps have equal bytes. Safe to share between threads.
/// </summary>
/// <remarks>
/// Binary form: for each attribute, a length-prefixed name, a kind byte and a length-prefixed payload; lengths are LEB128. The empty
/// map is zero bytes long.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "An item has attributes; the word is the field's own.")]
public sealed class Attributes : IReadOnlyDictionary<string, AttributeValue>, IEquatable<Attributes>
{
    /// <summary>Most attributes of one item.</summary>
    public const int MaxCount = 256;

    /// <summary>Longest attribute name in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>Largest binary form in bytes.</summary>
    public const int MaxEncodedBytes = 64 * 1024;

    private readonly Dictionary<string, AttributeValue> _values;
    private readonly string[] _names;
    private readonly byte[] _encoded;

    private Attributes(Dictionary<string, AttributeValue> values, string[] names, byte[] encoded)
    {
        _values = values;
        _names = names;
        _encoded = encoded;
    }

    /// <summary>No attributes.</summary>
    public static Attributes Empty { get; } = new([], [], []);

    /// <summary>The binary form; valid as long as this object is.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    public int Count => _names.Length;

    /// <summary>Names in order.</summary>
    public IEnumerable<string> Keys => _names;

    /// <summary>Values in the order of their names.</summary>
    public IEnumerable<AttributeValue> Values => _names.Select(name => _values[name]);

    /// <exception cref="KeyNotFoundException">There is no such attribute.</exception>
    public AttributeValue this[string key] => _values[key];

    /// <summary>Gathers pairs into a map. Limits on count, name length and size are <see cref="ItemValidation"/>'s to report.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or has no UTF-8 form.</exception>
    public static Attributes From(IEnumerable<KeyValuePair<string, AttributeValue>> pairs)
    {
        var values = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        var entries = new List<(byte[] Utf8, string Name)>();
        foreach (var (name, value) in pairs)
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!values.TryAdd(name, value)) throw new ArgumentException($"The attribute '{name}' occurs twice.", nameof(pairs));
            entries.Add((Utf8Text.Encode(name), name));
        }

        if (entries.Count == 0) return Empty;
        entries.Sort(static (a, b) => a.Utf8.AsSpan().SequenceCompareTo(b.Utf8));
        var output = new ArrayBufferWriter<byte>();
        foreach (var (utf8, name) in entries)
        {
            output.WriteBlock(utf8);
            values[name].Write(output);
        }

        return new Attributes(values, [.. entries.Select(entry => entry.Name)], output.WrittenSpan.ToArray());
    }

    /// <summary>Gathers pairs into a map.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or has no UTF-8 form.</exception>
    public static Attributes Of(params (string Name, AttributeValue Value)[] pairs) =>
        From(pairs.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    /// <summary>Reads the binary form; the bytes are copied.</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed.</exception>
    public static Attributes Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty) return Empty;
        Check(encoded);
        var values = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        var names = new List<string>();
        var reader = new ByteReader(encoded);
        while (reader.Remaining > 0)
        {
            var name = Utf8Text.Decode(reader.ReadBlock());
            names.Add(name);
            values.Add(name, AttributeValue.Read(ref reader));
        }

        return new Attributes(values, [.. names], encoded.ToArray());
    }

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out AttributeValue value) => _values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, AttributeValue>> GetEnumerator() =>
        _names.Select(name => KeyValuePair.Create(name, _values[name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Attributes? other) => other is not null && _encoded.AsSpan().SequenceEqual(other._encoded);

    public override bool Equals(object? obj) => Equals(obj as Attributes);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_encoded);
        return hash.ToHashCode();
    }

    /// <summary>Checks the binary form without making objects: values, order and uniqueness of names.</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed.</exception>
    internal static void Check(ReadOnlySpan<byte> encoded)
    {
        var reader = new ByteReader(encoded);
        var previous = default(ReadOnlySpan<byte>);
        var first = true;
        while (reader.Remaining > 0)
        {
            var name = reader.ReadText();
            if (!first && previous.SequenceCompareTo(name) >= 0) throw reader.Malformed("attribute names are not in ascending order");
            AttributeValue.ReadChecked(ref reader, out _);
            previous = name;
            first = false;
        }
    }
}
