using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Encoders.Tests;

/// <summary>Alone, because it takes over the process's standard error.</summary>
[CollectionDefinition(nameof(NativeSilenceTests), DisableParallelization = true)]
[Collection(nameof(NativeSilenceTests))]
public sealed partial class NativeSilenceTests
{
    [Fact]
    public void BadInput_OfEveryKind_WritesNothingToStandardError()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "redirects a file descriptor");
        string file = Path.GetTempFileName();
        int saved = Dup(2);
        using (FileStream target = File.OpenWrite(file))
            Assert.Equal(2, Dup2((int)target.SafeFileHandle.DangerousGetHandle(), 2));
        try
        {
            FeedBadInput();
        }
        finally
        {
            Assert.Equal(2, Dup2(saved, 2));
            Assert.Equal(0, Close(saved));
        }

        Assert.Equal(string.Empty, File.ReadAllText(file));
        File.Delete(file);
    }

    private static void FeedBadInput()
    {
        using NetVips.Image image = TestImages.Noise(600, 600);
        foreach (ImageFormat format in (ImageFormat[])[ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP, ImageFormat.Gif])
        {
            byte[] bytes = TestImages.Encode(image, format);
            Refused(bytes[..(bytes.Length / 2)]);
            Refused(bytes[..40]);
        }

        Refused(TestImages.PngWithSize(50, 50, rows: 3));
        Refused(Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='5'></svg"));
        Refused(TestImages.Svg("&undefined;"));
        using var folder = new TestBundle(textModel: "not a model"u8.ToArray());
        Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder)));
        using var small = new TestBundle(textModel: OnnxFile.Text(TestBundle.Table(3)[..10]));
        Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(small.Folder)));
    }

    private static void Refused(byte[] content) => Assert.Throws<InvalidContentException>(() => ImageDecoderTests.DecodeRgb(content, 16, 16));

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Dup(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
