namespace Manifold.Server;

/// <summary>
/// How silos of a cluster find out that one is gone, bound from <c>Manifold:Membership</c>. With the defaults its grains are elsewhere about 3 s after its process was killed;
/// a silo that does not answer for longer than <see cref="ProbeTimeout"/> × <see cref="MissedProbes"/> is declared dead and ends itself when it finds out.
/// </summary>
public sealed record MembershipSettings
{
    /// <summary>How long a probe waits for its answer, and how often silos probe each other.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many probes in a row must fail.</summary>
    public int MissedProbes { get; init; } = 2;

    /// <summary>So many silos must say so.</summary>
    public int Votes { get; init; } = 1;

    /// <summary>How long a call between silos waits for its answer, where its caller named no deadline. Calls to a silo that is declared dead end then.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong, with the key, the value and what is allowed.</summary>
    public IEnumerable<string> Validate(string section)
    {
        if (ProbeTimeout < TimeSpan.FromMilliseconds(100) || ProbeTimeout > TimeSpan.FromMinutes(1))
        {
            yield return $"{section}:{nameof(ProbeTimeout)} is {ProbeTimeout}; it must be between 0.1 s and a minute.";
        }
        if (MissedProbes is < 1 or > 100)
        {
            yield return $"{section}:{nameof(MissedProbes)} is {MissedProbes}; it must be between 1 and 100.";
        }
        if (Votes is < 1 or > 10)
        {
            yield return $"{section}:{nameof(Votes)} is {Votes}; it must be between 1 and 10.";
        }
        if (ResponseTimeout < TimeSpan.FromSeconds(1) || ResponseTimeout > TimeSpan.FromHours(1))
        {
            yield return $"{section}:{nameof(ResponseTimeout)} is {ResponseTimeout}; it must be between a second and an hour.";
        }
    }
}
