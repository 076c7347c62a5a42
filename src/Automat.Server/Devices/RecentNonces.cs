using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Protocol;

namespace Automat.Server.Devices;

/// <summary>A nonce a machine has used.</summary>
/// <param name="Machine">Who.</param>
/// <param name="Organization">Whose.</param>
/// <param name="Nonce">The nonce.</param>
/// <param name="Time">When it was signed, Unix seconds.</param>
internal readonly record struct SpentNonce(MachineId Machine, Id<Organization> Organization, Guid Nonce, long Time);

/// <summary>How spending a nonce ended.</summary>
internal enum Spending
{
    /// <summary>It was never used before.</summary>
    Fresh,

    /// <summary>It was.</summary>
    Reused,

    /// <summary>Too many are waiting; nothing was done.</summary>
    Full,

    /// <summary>The database cannot be reached; nothing was done.</summary>
    Unreachable,
}

/// <summary>
/// The nonces of the last two minutes, in memory: sorted by when they were signed into slices of half a minute. A slice is
/// dropped whole once nothing signed in it can pass the clock's check any more.
/// </summary>
internal sealed class RecentNonces(TimeProvider clock)
{
    private const int SliceSeconds = 30;

    private const int MostInSlice = 1_000_000;

    private readonly ConcurrentDictionary<long, Slice> slices = new();

    /// <summary>Notes a nonce, unless it is there already.</summary>
    public Spending Add(SpentNonce nonce)
    {
        var number = nonce.Time / SliceSeconds;
        if (!slices.TryGetValue(number, out var slice))
        {
            Drop();
            slice = slices.GetOrAdd(number, static _ => new Slice());
        }

        if (slice.Nonces.ContainsKey((nonce.Machine.Value, nonce.Nonce))) return Spending.Reused;
        if (Interlocked.Increment(ref slice.Count) > MostInSlice) return Spending.Full;
        return slice.Nonces.TryAdd((nonce.Machine.Value, nonce.Nonce), true) ? Spending.Fresh : Spending.Reused;
    }

    private void Drop()
    {
        var oldest = (clock.GetUtcNow() - DeviceSignature.Window).ToUnixTimeSeconds() - SliceSeconds;
        foreach (var number in slices.Keys)
        {
            if ((number + 1) * SliceSeconds < oldest) slices.TryRemove(number, out _);
        }
    }

    private sealed class Slice
    {
        /// <summary>Counted here, because asking the dictionary would lock all of it.</summary>
        public int Count;

        public ConcurrentDictionary<(string Machine, Guid Nonce), bool> Nonces { get; } = new();
    }
}
