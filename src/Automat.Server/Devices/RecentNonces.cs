using System.Collections.Concurrent;
using Automat.Protocol;

namespace Automat.Server.Devices;

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
