using System.Collections.Concurrent;
using Automat.Domain;

namespace Automat.Server.Chips;

/// <summary>
/// The caller's name of a request that moves money, as the draft standard has it: it must be there, a repeat gets the first
/// answer, another request under it is refused, and so is one that comes while the first is still at it. The answers are kept
/// by the journal; only what runs at this moment is known here.
/// </summary>
internal sealed class Idempotency
{
    private const int Longest = 100;

    private readonly ConcurrentDictionary<(Id<Organization>, string), bool> running = new();

    /// <summary>The key of a request.</summary>
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

    /// <summary>Runs a request unless one with this key runs already.</summary>
    /// <exception cref="RuleException"><c>idempotency_key_in_use</c>.</exception>
    public async Task<T> RunAsync<T>(Id<Organization> organization, string key, Func<Task<T>> request)
    {
        if (!running.TryAdd((organization, key), true))
        {
            throw new RuleException("idempotency_key_in_use", "A request with this Idempotency-Key is still running; repeat it in a moment.");
        }

        try
        {
            return await request();
        }
        finally
        {
            running.TryRemove((organization, key), out _);
        }
    }
}
