namespace Manifold.Encoders;

/// <summary>Text to text: one normaliser.</summary>
internal delegate string TextStep(string text);

/// <summary>Pieces to smaller pieces: one pre-tokenizer.</summary>
/// <param name="pieces">In the order of the text.</param>
/// <param name="first">Whether the text begins with these pieces.</param>
internal delegate IEnumerable<string> SplitStep(IEnumerable<string> pieces, bool first);
