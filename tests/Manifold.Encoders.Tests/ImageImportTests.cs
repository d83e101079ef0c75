namespace Manifold.Encoders.Tests;

/// <summary>What <c>preprocessor_config.json</c> comes to, in the spellings of old and new processors.</summary>
public sealed class ImageImportTests : IDisposable
{
    private const string Means = "\"image_mean\":[0.5,0.5,0.5],\"image_std\":[0.5,0.5,0.5]";

    private readonly string _folder = Directory.CreateTempSubdirectory("manifold-processor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\"size\":224,\"do_center_crop\":true,\"crop_size\":224", ImageFit.CenterCrop, 224, 224)]
    [InlineData("\"size\":{\"shortest_edge\":256},\"do_center_crop\":true,\"crop_size\":{\"height\":224,\"width\":200}", ImageFit.CenterCrop, 256, 200)]
    [InlineData("\"size\":{\"height\":384,\"width\":384}", ImageFit.Stretch, null, 384)]
    [InlineData("\"size\":{\"height\":384,\"width\":384},\"do_center_crop\":true,\"crop_size\":384", ImageFit.Stretch, null, 384)]
    [InlineData("\"size\":224", ImageFit.Stretch, null, 224)]
    public void Preprocessing_Sizes_AreFitAndEdge(string sizes, ImageFit fit, int? edge, int width)
    {
        ImagePreprocessing p = Read($"{{{sizes},{Means}}}");
        Assert.Equal((fit, edge, width, ResampleFilter.Bicubic, 1.0 / 255), (p.Fit, p.ShortestEdge, p.Width, p.Resample, p.Scale));
    }

    [Fact]
    public void Preprocessing_StepsThatAreOff_LeaveTheValuesAsTheyAre()
    {
        ImagePreprocessing p = Read("""{"size":{"height":8,"width":8},"do_rescale":false,"do_normalize":false,"resample":1}""");
        Assert.Equal((1.0, ResampleFilter.Lanczos), (p.Scale, p.Resample));
        Assert.Equal([0, 0, 0, 1, 1, 1], [.. p.Mean, .. p.Std]);
    }

    [Theory]
    [InlineData("\"size\":{\"shortest_edge\":224}", "size", "do_center_crop")]
    [InlineData("\"size\":{\"longest_edge\":224}", "size", "shortest_edge")]
    [InlineData("\"size\":{\"shortest_edge\":224},\"do_center_crop\":true,\"crop_size\":256", "crop_size", "greater than the shortest edge")]
    [InlineData("\"size\":{\"height\":256,\"width\":256},\"do_center_crop\":true,\"crop_size\":224", "crop_size", "stretched")]
    [InlineData("\"size\":224,\"do_resize\":false", "do_resize", "is false")]
    [InlineData("\"size\":224,\"resample\":0", "resample", "is 0")]
    [InlineData("\"do_center_crop\":false", "size", "is missing")]
    public void Preprocessing_WhatCannotBeDone_IsNamed(string settings, string key, string problem)
    {
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Read($"{{{settings},{Means}}}"));
        Assert.Equal(key, e.Key);
        Assert.Contains(problem, e.Message);
    }

    private ImagePreprocessing Read(string json)
    {
        string path = Path.Combine(_folder, "preprocessor_config.json");
        File.WriteAllText(path, json);
        return ImageImport.Preprocessing(JsonSetting.Read(path));
    }
}
