using System.CommandLine;

namespace Manifold.Training;

/// <summary><c>counts</c>: how many pictures each source gives and where the split puts them.</summary>
internal static class CountsCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("counts", "Print the number of pictures of each source and of each part of the split.") { data };
        command.SetAction(parse =>
        {
            var corpus = new Corpus(DataCache.Open(parse.GetValue(data)));
            Console.WriteLine("source        pictures  plain  train    dev  reserved");
            foreach (var style in EmojiPictures.TrainingStyles.Append(PictureSource.OpenMoji))
                Print(style, [.. corpus.Style(style).Keys.Select(code => (corpus.EmojiParts[code], corpus.Emoji.ByCode[code].IsPlain))]);
            var stamps = corpus.StampParts;
            Print(PictureSource.Stamps, [.. corpus.StampsForEvaluation.Select(stamp => (stamps[stamp.Id], stamp.IsPlain))]);
            Print(PictureSource.Openclipart, [.. corpus.ClipArt.Select(art => (art.Part, true))]);
            return 0;
        });
        return command;
    }

    private static void Print(PictureSource source, IReadOnlyList<(SplitPart Part, bool Plain)> pictures)
    {
        int Count(SplitPart part) => pictures.Count(picture => picture.Part == part);
        Console.WriteLine(
            $"{source,-12} {pictures.Count,9} {pictures.Count(p => p.Plain),6} {Count(SplitPart.Train),6} {Count(SplitPart.Dev),6} {Count(SplitPart.Reserved),9}");
    }
}
