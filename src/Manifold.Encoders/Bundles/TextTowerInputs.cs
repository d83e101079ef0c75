namespace Manifold.Encoders;

/// <summary>Names of the text model's inputs. Which of them a tokenizer fills is its own matter; the model has those that are named, and no others.</summary>
public sealed record TextTowerInputs
{
    /// <summary>int64 [batch × tokens], padded with <see cref="TextTower.PadId"/>.</summary>
    public required string Ids { get; init; }

    /// <summary>float32 [batch × tokens], how much each token counts, padded with 0; null for a model without.</summary>
    public string? Weights { get; init; }

    /// <summary>int64 [batch × tokens], 1 for a token and 0 for padding; null for a model without.</summary>
    public string? Mask { get; init; }

    /// <summary>int64 [batch × tokens], all 0: the segment of each token, which models made for pairs of texts ask for; null for a model without.</summary>
    public string? Segments { get; init; }
}
