namespace Manifold.Cli.Demo;

/// <summary>What the demo asks. The filtered one is limited to concepts that the bundle never saw while it was fitted.</summary>
internal static class DemoQueries
{
    public static readonly IReadOnlyList<DemoQuery> All =
    [
        new("text", "a red fire engine"),
        new("text", "向日葵"),
        new("text", "une guitare"),
        new("image", Picture: "penguin.svg"),
        new("mixed", "fish", Picture: "penguin.svg"),
        new("filtered", "animal", Filter: "split = \"held-out\" and modality = image"),
        new("sound", Sound: "a-yellow-sunflower.ogg"),
        new("sound", Sound: "un-papillon.ogg"),
        new("moment", "a penguin", Filter: "modality = video", Space: DemoRun.Moments),
    ];
}
