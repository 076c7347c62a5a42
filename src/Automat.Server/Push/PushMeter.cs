using System.Diagnostics.Metrics;

namespace Automat.Server.Push;

/// <summary>Counts how pushes ended, for whoever watches the server; never where they went.</summary>
internal sealed class PushMeter
{
    private readonly Counter<long> ended;

    public PushMeter(IMeterFactory meters) => ended = meters.Create("Automat.Push.Sender").CreateCounter<long>(
        "automat.push.messages", "{message}", "Pushes that were taken, tried again, refused for good, or whose device is gone");

    public void Ended(PushAnswer answer) => ended.Add(1, new KeyValuePair<string, object?>("result", answer switch
    {
        PushAnswer.Taken => "taken",
        PushAnswer.Again => "again",
        PushAnswer.Never => "refused",
        PushAnswer.Gone => "gone",
        _ => "unknown",
    }));
}
