namespace Automat.EmbeddedPostgres;

/// <summary>The private cluster cannot be used; the message is one line that says why and what to do.</summary>
public sealed class EmbeddedClusterException(string message, Exception? innerException = null)
    : Exception(message, innerException);
