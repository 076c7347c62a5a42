using System.Collections.Concurrent;
using Automat.Domain;

namespace Automat.Server.Refunds;

/// <summary>
/// The <c>Idempotency-Key</c> of requests that move money: required, of a sane form, and at work once at a time on this node.
/// That a repeat gets the first answer, and that another body under the same key is refused, is the journal's work.
/// </summary>
internal sealed class IdempotencyKeys
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int Longest = 100;

    private readonly ConcurrentDictionary<(Id<Organization>, string), bool> running = new();

    /// <summary>The key of a request.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_missing</c>, <c>idempotency_key_invalid</c>.</exception>
    public static string Of(HttpContext context)
    {
        var key = context.Request.Headers[Header].ToString();
        if (string.IsNullOrWhiteSpace(key))
        {
            throw new RuleException("idempotency_key_missing", "Send an Idempotency-Key, so that a repeat is booked once.");
        }

        return key.Length <= Longest && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new RuleException("idempotency_key_invalid", $"A key is 1 to {Longest} printable ASCII characters without blanks.");
    }

    /// <summary>Begins the work of a key; dispose what is returned when it has ended.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_running</c> while the same key is still at work.</exception>
    public IDisposable Begin(Id<Organization> organization, string key) => running.TryAdd((organization, key), true)
        ? new Running(this, organization, key)
        : throw new RuleException("idempotency_key_running", "A request with this key is still at work; ask again in a moment.");

    private sealed class Running(IdempotencyKeys keys, Id<Organization> organization, string key) : IDisposable
    {
        public void Dispose() => keys.running.TryRemove((organization, key), out _);
    }
}
