using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>
/// Gives back the memory that connecting took. When thousands of clients come at once, as after a power cut, they leave the
/// heap half empty, and a broker whose clients then do nothing would keep it so for hours. Once no more come, the heap is
/// pressed together a single time.
/// </summary>
internal sealed class HeapSettling(ILogger log)
{
    /// <summary>Fewer are not worth the pause.</summary>
    private const int Worth = 500;

    private int before;
    private int settled;

    /// <summary>Looked at regularly.</summary>
    /// <param name="connections">How many there are now.</param>
    public void Look(int connections)
    {
        if (!IsDue(connections)) return;
        var begun = Stopwatch.GetTimestamp();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        log.LogInformation(
            "{Connections} connections have settled; giving memory back took {Milliseconds} ms", connections,
            (int)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    /// <summary>Whether many more are here than the last time, and hardly any came since the last look.</summary>
    internal bool IsDue(int connections)
    {
        var calm = Math.Abs(connections - before) <= connections / 100;
        before = connections;
        settled = Math.Min(settled, connections);
        if (!calm || connections - settled < Math.Max(Worth, settled / 4)) return false;
        settled = connections;
        return true;
    }
}
