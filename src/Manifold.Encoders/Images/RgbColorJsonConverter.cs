using System.Text.Json;
using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>Reads and writes a colour as <c>"#rrggbb"</c>.</summary>
internal sealed class RgbColorJsonConverter : JsonConverter<RgbColor>
{
    public override RgbColor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        try
        {
            return RgbColor.Parse(reader.GetString()!);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, RgbColor value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
