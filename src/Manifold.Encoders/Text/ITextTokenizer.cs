namespace Manifold.Encoders;

/// <summary>Text to the tokens of a model. Thread-safe.</summary>
internal interface ITextTokenizer
{
    /// <summary>The tokens of a text, at most as many as the tower takes; empty for a text without any.</summary>
    TokenWeight[] Tokenize(string text);

    /// <summary>Two inputs of different lengths, the greatest id among them: what a model is tried with when it is loaded.</summary>
    (TokenWeight[] Longer, TokenWeight[] Shorter) Probe();
}
