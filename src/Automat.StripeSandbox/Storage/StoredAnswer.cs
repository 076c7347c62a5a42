namespace Automat.StripeSandbox.Storage;

/// <summary>The first answer to an idempotency key; a repeat gets it again, word for word.</summary>
internal sealed record StoredAnswer(string Key, string Fingerprint, int Status, string Body, string RequestId, long At);
