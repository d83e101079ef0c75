using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Manifold.Training;

/// <summary>
/// Values of a config file as text. Types are those of YAML 1.2's core schema: a number or <c>true</c> in quotes is a text, and <c>no</c> is one
/// without. Numbers are written so that they read back as the same bits.
/// </summary>
internal static class ConfigScalars
{
    /// <summary>Whether nothing stands there: <c>key:</c>, <c>key: ~</c> or <c>key: null</c>.</summary>
    public static bool IsNothing(Scalar scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>The value, or null when the text is none of the type.</summary>
    public static object? Parse(Scalar scalar, Type type)
    {
        if (IsNothing(scalar))
            return null;
        if (type == typeof(string))
            return scalar.Value;
        if (type.IsEnum)
            return Enum.GetValuesAsUnderlyingType(type).Cast<int>().Select(value => Enum.ToObject(type, value)).FirstOrDefault(value => Write(value) == scalar.Value);
        if (scalar.Style != ScalarStyle.Plain)
            return null;

        const NumberStyles real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var culture = CultureInfo.InvariantCulture;
        string text = scalar.Value;
        if (type == typeof(bool))
            return text is "true" or "True" or "TRUE" ? true : text is "false" or "False" or "FALSE" ? false : null;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int whole) ? whole : null;
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long great) ? great : null;
        if (type == typeof(float))
            return float.TryParse(text, real, culture, out float single) && float.IsFinite(single) ? single : null;
        if (type == typeof(double))
            return double.TryParse(text, real, culture, out double number) && double.IsFinite(number) ? number : null;
        throw new NotSupportedException($"A config file has no values of type {type}.");
    }

    /// <summary>What a value of the type must be, as the end of a sentence.</summary>
    public static string Expected(Type type)
    {
        if (type.IsEnum)
            return "one of " + string.Join(", ", Enum.GetValuesAsUnderlyingType(type).Cast<int>().Select(value => Write(Enum.ToObject(type, value))));
        return type == typeof(string) ? "a text"
            : type == typeof(bool) ? "true or false"
            : type == typeof(int) ? "a whole number of at most 32 bits"
            : type == typeof(long) ? "a whole number of at most 64 bits"
            : "a finite number";
    }

    /// <summary>The value as <see cref="Parse"/> reads it.</summary>
    public static string Write(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        Enum name => name.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string)value,
    };
}
