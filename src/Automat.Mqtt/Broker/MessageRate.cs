using System.Runtime.InteropServices;

namespace Automat.Mqtt.Broker;

/// <summary>How fast one connection may publish: a bucket that fills with one second's worth of messages. No timer; it
/// is looked at when a message comes.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MessageRate(int perSecond, long now)
{
    private double tokens = perSecond;
    private long filledAt = now;

    /// <summary>Counts a message; returns how long to wait before it is taken.</summary>
    public TimeSpan Take(TimeProvider time)
    {
        var present = time.GetTimestamp();
        tokens = Math.Min(perSecond, tokens + (time.GetElapsedTime(filledAt, present).TotalSeconds * perSecond)) - 1;
        filledAt = present;
        return tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-tokens / perSecond);
    }
}
