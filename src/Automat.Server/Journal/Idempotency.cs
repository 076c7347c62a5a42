using System.Collections.Concurrent;
using Automat.Domain;

namespace Automat.Server.Journal;

/// <summary>
/// The caller's name of a request that moves money, as the draft standard has it: it must be there, a repeat gets the first
/// answer, another request under it is refused, and so is one that comes while the first is still at it. The answers are kept
/// by the journal; only what runs at this moment is known here.
/// </summary>
public sealed class Idempotency
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int Longest = 100;

    private readonly ConcurrentDictionary<(Id<Organization>, string), bool> running = new();

    /// <summary>The key of a request.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_missing</c>, <c>idempotency_key_invalid</c>.</exception>
    public static string KeyOf(HttpContext context) => KeyOf(context.Request.Headers[Header]);

    /// <summary>The key a header brings.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_missing</c>, <c>idempotency_key_invalid</c>.</exception>
    public static string KeyOf(string? header)
    {
        // The standard writes it as a quoted string; most clients leave the quotes out.
        var key = header?.Trim();
        if (key is ['"', .. var inner, '"']) key = inner;
        if (string.IsNullOrWhiteSpace(key))
        {
            throw new RuleException("idempotency_key_missing", "Send an Idempotency-Key, so that a repeat is booked once.");
        }

        return key.Length <= Longest && !key.Any(c => c is < ' ' or > '~')
            ? key
            : throw new RuleException("idempotency_key_invalid", $"An Idempotency-Key has at most {Longest} printable ASCII characters.");
    }

    /// <summary>Begins the work of a key; dispose what is returned when it has ended.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_in_use</c> while the same key is still at work on this node.</exception>
    public IDisposable Begin(Id<Organization> organization, string key) => running.TryAdd((organization, key), true)
        ? new Running(this, organization, key)
        : throw new RuleException("idempotency_key_in_use", "A request with this Idempotency-Key is still running; repeat it in a moment.");

    /// <summary>Runs a request unless one with this key runs already.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_in_use</c>.</exception>
    public async Task<T> RunAsync<T>(Id<Organization> organization, string key, Func<Task<T>> request)
    {
        using var one = Begin(organization, key);
        return await request();
    }

    private sealed class Running(Idempotency all, Id<Organization> organization, string key) : IDisposable
    {
        public void Dispose() => all.running.TryRemove((organization, key), out _);
    }
}
