namespace Manifold.Encoders;

/// <summary>One token of a text: its id and how much it counts.</summary>
public readonly record struct TokenWeight(int Id, float Weight);
