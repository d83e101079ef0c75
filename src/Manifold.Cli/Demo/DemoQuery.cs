using Manifold.Client;

namespace Manifold.Cli.Demo;

/// <summary>A query of the demo.</summary>
/// <param name="Kind">text, image, mixed, filtered, sound or moment.</param>
/// <param name="Words">What to look for in words; empty for a picture or a recording alone.</param>
/// <param name="Picture">The name of a picture in <c>samples/queries</c>; null for none.</param>
/// <param name="Filter">A condition; null for none.</param>
/// <param name="Sound">The name of a recording in <c>samples/queries</c>; null for none.</param>
/// <param name="Space">The space that is searched; empty for the first.</param>
internal sealed record DemoQuery(string Kind, string Words = "", string? Picture = null, string? Filter = null, string? Sound = null, string Space = "")
{
    /// <summary>The kind of recordings that it is about, if it is about such: not every machine and bundle can take them in.</summary>
    public Modality? Medium => Sound is not null ? Modality.Audio : Kind == "moment" ? Modality.Video : null;

    /// <summary>In one line.</summary>
    public string Title
    {
        get
        {
            var picture = (Picture ?? Sound) is { } medium ? $"[{medium}]" : "";
            var query = Words.Length == 0 ? picture : picture.Length == 0 ? Words : $"{picture} + {Words}";
            return Filter is null ? query : $"{query} where {Filter}";
        }
    }
}
