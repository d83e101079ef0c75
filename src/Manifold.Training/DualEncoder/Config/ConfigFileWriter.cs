using System.Collections;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Manifold.Training;

/// <summary>Writes a record as YAML with every key, in the order of declaration: equal values give equal bytes.</summary>
internal static class ConfigFileWriter
{
    /// <summary>The text, lines ending in LF.</summary>
    public static string Write(object root)
    {
        using var text = new StringWriter { NewLine = "\n" };

        // Long texts must not be folded: where, is the emitter's business and may change with it.
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, newLine: "\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        WriteSection(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void WriteSection(Emitter emitter, object section)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        foreach (var (key, property) in ConfigKeys.Of(section.GetType()))
        {
            emitter.Emit(new Scalar(key));
            object value = property.GetValue(section)!;
            if (ConfigKeys.ElementOf(property.PropertyType) is not null)
                WriteList(emitter, (IEnumerable)value);
            else if (ConfigKeys.IsSection(property.PropertyType))
                WriteSection(emitter, value);
            else
                WriteScalar(emitter, value);
        }

        emitter.Emit(new MappingEnd());
    }

    private static void WriteList(Emitter emitter, IEnumerable values)
    {
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
        foreach (object value in values)
            WriteScalar(emitter, value);
        emitter.Emit(new SequenceEnd());
    }

    // Texts in quotes: 'no' and '1.0' stay texts for whoever reads the file.
    private static void WriteScalar(Emitter emitter, object value) => emitter.Emit(new Scalar(
        AnchorName.Empty, TagName.Empty, ConfigScalars.Write(value), value is string ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain,
        isPlainImplicit: true, isQuotedImplicit: true));
}
