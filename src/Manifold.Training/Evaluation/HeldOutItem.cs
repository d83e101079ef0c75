namespace Manifold.Training;

/// <summary>An item that a test may ask for.</summary>
/// <param name="Key">Its id within its kind.</param>
/// <param name="Picture">Its picture.</param>
/// <param name="Part">Which split's queries it belongs to.</param>
/// <param name="IsPlain">False for flags, symbols, letters and digits.</param>
/// <param name="Captions">Language to caption.</param>
public sealed record HeldOutItem(string Key, Picture Picture, SplitPart Part, bool IsPlain, IReadOnlyDictionary<string, string> Captions);
