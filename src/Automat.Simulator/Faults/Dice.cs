using System.Text;

namespace Automat.Simulator.Faults;

/// <summary>
/// Random numbers that can be had again: the n-th throw depends on the seed, on whose dice they are and what for, and on
/// nothing else. Threads may throw side by side; each throw falls once.
/// </summary>
public sealed class Dice
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong origin;
    private long throws;

    /// <summary>Dice for one purpose.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="whose">Such as a machine's id.</param>
    /// <param name="purpose">What is decided with them.</param>
    public Dice(int seed, string whose, string purpose) => origin = Hash(unchecked((uint)seed), $"{whose}\n{purpose}");

    /// <summary>From 0 to less than 1.</summary>
    public double Next() => (Throw() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to less than <paramref name="sides"/>.</summary>
    public int Below(int sides) => (int)(Next() * sides);

    /// <summary>One of them.</summary>
    public T OneOf<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    /// <summary>Somewhere between two times.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Next());

    /// <summary>How long until something comes that comes every <paramref name="mean"/> on average, like customers.</summary>
    public TimeSpan Until(TimeSpan mean) => mean * -Math.Log(1 - Next());

    /// <summary>Sixteen hexadecimal digits.</summary>
    public string Hex() => Throw().ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private ulong Throw() => unchecked(Mix(origin + ((ulong)Interlocked.Increment(ref throws) * Golden)));

    private static ulong Hash(ulong seed, string text)
    {
        unchecked
        {
            var hash = Mix(seed + Golden);
            foreach (var b in Encoding.UTF8.GetBytes(text)) hash = Mix((hash ^ b) + Golden);
            return hash;
        }
    }

    /// <summary>The finalizer of SplitMix64: every bit of the number reaches every bit of the outcome.</summary>
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
