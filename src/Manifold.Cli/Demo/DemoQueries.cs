namespace Manifold.Cli.Demo;

/// <summary>What the demo asks.</summary>
internal static class DemoQueries
{
    public static readonly IReadOnlyList<DemoQuery> All =
    [
        new("text", "a red apple"),
        new("text", "太阳"),
        new("text", "un cœur rouge"),
        new("image", Picture: "query.png"),
        new("mixed", "yellow", Picture: "query.png"),
        new("filtered", "animal face", Filter: "modality = image and category = \"animals-nature\""),
    ];
}
