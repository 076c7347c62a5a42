namespace Automat.Domain.Tests;

/// <summary>The same throws for the same seed, on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public int Below(int most)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)(state % (ulong)most);
    }
}
