namespace Manifold.Cli.Demo;

/// <summary>A query of the demo.</summary>
/// <param name="Kind">text, image, mixed or filtered.</param>
/// <param name="Words">What to look for in words; empty for a picture alone.</param>
/// <param name="Picture">The name of a picture in <c>samples/queries</c>; null for none.</param>
/// <param name="Filter">A condition; null for none.</param>
internal sealed record DemoQuery(string Kind, string Words = "", string? Picture = null, string? Filter = null)
{
    /// <summary>In one line.</summary>
    public string Title
    {
        get
        {
            var picture = Picture is null ? "" : $"[{Picture}]";
            var query = Words.Length == 0 ? picture : Picture is null ? Words : $"{picture} + {Words}";
            return Filter is null ? query : $"{query} where {Filter}";
        }
    }
}
