namespace Manifold.Storage;

/// <summary>Another holder has the data folder. The message names the folder and, where known, the holder's process id.</summary>
public sealed class FolderLockedException(string message, Exception? inner = null) : IOException(message, inner);
