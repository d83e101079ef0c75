namespace Manifold.Cli;

/// <summary>What the tool ends with.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something that was asked for did not happen.</summary>
    public const int Error = 1;

    /// <summary>The command line is not one.</summary>
    public const int Usage = 2;
}
