namespace Manifold.Cluster.Tests;

/// <summary>
/// What may be found under one id: the last acknowledged value, or one that was sent after it and never answered. <c>null</c> is "not there".
/// </summary>
internal sealed class Fate
{
    private readonly List<long?> _possible = [null];

    /// <summary>Before a write is sent: from here on it may be found.</summary>
    public void Sent(long? value) => _possible.Add(value);

    /// <summary>It was acknowledged, or seen after a restart: nothing older may be found any more.</summary>
    public void Settled(long? value)
    {
        _possible.Clear();
        _possible.Add(value);
    }

    public bool Allows(long? value) => _possible.Contains(value);

    public override string ToString() => string.Join(" or ", _possible.Select(v => v?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"));
}
