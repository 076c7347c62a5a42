namespace Automat.Mqtt.Tests;

/// <summary>Numbers that look random and are the same for the same seed, so that a failure can be repeated.</summary>
#pragma warning disable RS0030 // Nothing secret about them.
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>From 0 up to but not including the limit.</summary>
    public int Next(int limit) => random.Next(limit);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
#pragma warning restore RS0030
