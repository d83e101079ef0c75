using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Texts as the text tower takes them: [rows × width], padded with 0.</summary>
internal sealed record TextBatch(long[] Ids, float[] Counts, int Rows, int Width)
{
    /// <summary>Pads texts to the longest.</summary>
    public static TextBatch Of(IReadOnlyList<IReadOnlyList<TokenWeight>> texts)
    {
        int width = Math.Max(1, texts.Max(text => text.Count));
        var ids = new long[texts.Count * width];
        var counts = new float[texts.Count * width];
        for (int row = 0; row < texts.Count; row++)
        {
            for (int i = 0; i < texts[row].Count; i++)
                (ids[(row * width) + i], counts[(row * width) + i]) = (texts[row][i].Id, texts[row][i].Weight);
        }

        return new TextBatch(ids, counts, texts.Count, width);
    }
}
