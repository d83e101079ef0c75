namespace Manifold.Cli.Demo;

/// <summary>What the demo asks.</summary>
internal static class DemoQueries
{
    public static readonly IReadOnlyList<DemoQuery> All =
    [
        new("text", "a red car"),
        new("text", "一只猫"),
        new("text", "un arbre vert"),
        new("image", Picture: "penguin.svg"),
        new("mixed", "orange", Picture: "butterfly.png"),
        new("filtered", "something sweet to eat", Filter: "category = \"food-drink\" and source in (\"noto\", \"fluent\") and modality = image"),
    ];
}
