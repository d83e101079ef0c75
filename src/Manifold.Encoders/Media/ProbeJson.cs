using System.Globalization;
using System.Text.Json;

namespace Manifold.Encoders;

/// <summary>ffprobe's JSON to <see cref="MediaProbe"/>.</summary>
internal static class ProbeJson
{
    /// <exception cref="JsonException">Not what ffprobe writes.</exception>
    public static MediaProbe Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement format = document.RootElement.GetProperty("format");
        JsonElement[] streams = document.RootElement.TryGetProperty("streams", out JsonElement all) ? [.. all.EnumerateArray()] : [];
        return new MediaProbe(Text(format, "format_name"), Seconds(format), Audio(Choose(streams, "audio")), Video(Choose(streams, "video")));
    }

    /// <summary>The default stream of a kind, else the first.</summary>
    private static JsonElement? Choose(JsonElement[] streams, string kind)
    {
        JsonElement[] candidates = [.. streams.Where(s => Text(s, "codec_type") == kind && !Flag(s, "attached_pic"))];
        if (candidates.Length == 0)
            return null;
        JsonElement preferred = candidates.FirstOrDefault(s => Flag(s, "default"));
        return preferred.ValueKind == JsonValueKind.Object ? preferred : candidates[0];
    }

    private static AudioTrack? Audio(JsonElement? stream) => stream is not { } s ? null
        : new AudioTrack((int)Number(s, "index"), Text(s, "codec_name"), (int)Number(s, "sample_rate"), (int)Number(s, "channels"), Seconds(s));

    private static VideoTrack? Video(JsonElement? stream)
    {
        if (stream is not { } s)
            return null;
        int width = (int)Number(s, "width"), height = (int)Number(s, "height");
        string[] aspect = Text(s, "sample_aspect_ratio").Split(':');
        if (aspect.Length == 2 && double.TryParse(aspect[0], CultureInfo.InvariantCulture, out double across) && double.TryParse(aspect[1], CultureInfo.InvariantCulture, out double down) && across > 0 && down > 0)
            width = (int)Math.Clamp(Math.Round(width * across / down), 1, int.MaxValue);
        if (Rotation(s) % 180 != 0)
            (width, height) = (height, width);
        return new VideoTrack((int)Number(s, "index"), Text(s, "codec_name"), width, height, Seconds(s));
    }

    private static int Rotation(JsonElement stream)
    {
        if (!stream.TryGetProperty("side_data_list", out JsonElement list))
            return 0;
        double rotation = list.EnumerateArray().Select(d => Number(d, "rotation")).FirstOrDefault(r => r != 0);
        return (int)(Math.Round(rotation / 90) * 90);
    }

    private static double? Seconds(JsonElement element) => Number(element, "duration") is var seconds and > 0 ? seconds : null;

    private static bool Flag(JsonElement stream, string name) => stream.TryGetProperty("disposition", out JsonElement disposition) && Number(disposition, name) == 1;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;

    /// <summary>A number, which ffprobe writes with or without quotes; 0 where there is none.</summary>
    private static double Number(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
            return 0;
        if (value.ValueKind == JsonValueKind.Number)
            return value.GetDouble();
        return double.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : null, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : 0;
    }
}
