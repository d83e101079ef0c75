namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>The settings of a library's search: one number that is searched from <paramref name="Least"/> to <paramref name="Most"/>, for each of a few values of another.</summary>
/// <param name="Name">The number that recall grows with, such as ef.</param>
/// <param name="Least">Its least value.</param>
/// <param name="Most">Its greatest; equal to the least where there is nothing to choose.</param>
/// <param name="Others">What follows it in the setting, such as ",k_factor_rf=4"; one empty text where there is nothing.</param>
internal sealed record EffortGrid(string Name, int Least, int Most, IReadOnlyList<string> Others)
{
    /// <summary>Nothing to choose: exact search.</summary>
    public static EffortGrid None { get; } = new("", 0, 0, [""]);

    /// <summary>The setting as the peer takes it.</summary>
    public string Setting(int value, string other) => Name.Length == 0 ? "-" : $"{Name}={value}{other}";
}
