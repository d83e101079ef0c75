namespace Manifold.Training;

/// <summary>Varied spectrograms and the texts that were said.</summary>
/// <param name="Values">[clips × bands × frames]; what is behind a clip's end is silent.</param>
/// <param name="Frames">Frames of the longest.</param>
/// <param name="Lengths">Frames of each.</param>
/// <param name="Texts">For each clip the place of its text among the distinct ones.</param>
/// <param name="Letters">For each clip the letters of its transcript, from 1; none where it cannot be written with the alphabet.</param>
internal sealed record AudioBatch(float[] Values, int Frames, int[] Lengths, int[] Texts, int[][] Letters);
