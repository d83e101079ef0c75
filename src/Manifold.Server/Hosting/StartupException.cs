namespace Manifold.Server;

/// <summary>The server could not start. The message is for the person who started it: it names the key, file or port and what to do.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
