using System.Globalization;
using System.Text;

namespace Manifold.Storage;

/// <summary>
/// Maps any key to a relative file name, reversibly, so that two keys never share one. Lower-case letters, digits and <c>-</c> stay; every other byte of the key's UTF-8 becomes
/// <c>=xx</c>. Upper-case letters are escaped too, so that two keys never meet on a file system that ignores case. A long name is split
/// into folders whose names end in <c>+</c>; the last part always ends in <c>_</c>, which also keeps clear of names that Windows reserves.
/// </summary>
internal static class FileNameEscape
{
    /// <summary>The longest key, in bytes of UTF-8: with three characters for each the path stays below Linux's 4,096.</summary>
    public const int MaxKeyBytes = 1024;

    // File systems allow 255 bytes a name; stores append a suffix and a temporary's unique part to it.
    private const int PartLength = 150;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static string Escape(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var bytes = Utf8.GetBytes(key);
        if (bytes.Length > MaxKeyBytes)
            throw new ArgumentException($"the key has {bytes.Length} bytes of UTF-8; at most {MaxKeyBytes} are allowed", nameof(key));
        var name = new StringBuilder(bytes.Length + 16);
        var part = 0;
        foreach (var b in bytes)
        {
            if (part >= PartLength)
            {
                name.Append("+/");
                part = 0;
            }
            var before = name.Length;
            if (b is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or (byte)'-')
                name.Append((char)b);
            else
                name.Append('=').Append(b.ToString("x2", CultureInfo.InvariantCulture));
            part += name.Length - before;
        }
        return name.Append('_').ToString();
    }
}
