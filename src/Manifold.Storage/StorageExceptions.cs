namespace Manifold.Storage;

/// <summary>A newer leader holds the shard: the caller's epoch is over. Nothing was written.</summary>
public sealed class FencedException(string message) : Exception(message);

/// <summary>The log's medium failed for the moment; the outcome of what was in flight is unknown.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The log holds as many bytes as it may. Nothing was written, the position is still free, and the lead goes on: try again after a truncation.</summary>
public sealed class LogFullException(string message) : Exception(message);

/// <summary>The asked position was truncated away: the segments that the manifest names hold it.</summary>
public sealed class LogTruncatedException(string message) : Exception(message);

/// <summary>Stored bytes are damaged. The message names the place (file and offset, or key and entry); nothing is guessed.</summary>
public class CorruptDataException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A log record is damaged. The message names the place (file and offset, or stream and entry).</summary>
public sealed class CorruptLogException(string message, Exception? inner = null) : CorruptDataException(message, inner);

/// <summary>A conditional write of a document found another version than expected.</summary>
public sealed class DocumentConflictException(string message) : Exception(message);
