using System.CommandLine;
using NetVips;

namespace Manifold.Training;

/// <summary><c>preview-pictures --config FILE.yaml --out SHEET.png</c>: a few training pictures in their versions, a row each.</summary>
internal static class PreviewPicturesCommand
{
    private const int Rows = 12;

    public static Command Create()
    {
        var config = new Option<FileInfo>("--config") { Description = "The run's YAML.", Required = true };
        var output = new Option<FileInfo>("--out") { Description = "The PNG to write.", Required = true };
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("preview-pictures", "Draw how a run varies its pictures, to judge the settings by eye.") { config, output, data };
        command.SetAction(parse => Run(parse.GetRequiredValue(config), parse.GetRequiredValue(output), parse.GetValue(data)));
        return command;
    }

    private static int Run(FileInfo file, FileInfo output, string? dataFolder)
    {
        var config = DualEncoderConfigFile.Load(file.FullName);
        var concepts = TrainingDataSource.Read(file.FullName, config.Data, dataFolder).Concepts;
        int side = config.Pictures.Features.Side, columns = config.Pictures.Variants, rows = Math.Min(Rows, concepts.Count), plane = side * side;
        var sheet = new byte[3 * rows * columns * plane];
        using var served = new ServedPictures(config.Pictures);
        var augmenter = new PictureAugmenter(side, config.Pictures.Trim);
        var version = new byte[3 * plane];
        for (int row = 0; row < rows; row++)
        {
            byte[] content = concepts[(int)((long)row * concepts.Count / rows)].Pictures[0].Picture.ReadBytes();
            byte[] basePicture = served.DecodeBase(content, augmenter.BaseSide);
            var random = new Random(config.Seed + row);
            for (int column = 0; column < columns; column++)
            {
                augmenter.Draw(basePicture, column == 0 ? new PictureVariation() : PictureVariation.Draw(config.Pictures, random), version);
                for (int i = 0; i < plane; i++)
                {
                    int at = 3 * (((((row * side) + (i / side)) * columns) + column) * side + (i % side));
                    (sheet[at], sheet[at + 1], sheet[at + 2]) = (version[i], version[plane + i], version[(2 * plane) + i]);
                }
            }
        }

        using var image = Image.NewFromMemory(sheet, columns * side, rows * side, 3, Enums.BandFormat.Uchar);
        image.Pngsave(output.FullName);
        Console.Error.WriteLine($"{rows} pictures in {columns} versions each: {output.FullName}");
        return 0;
    }
}
