using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>Looks at the broker's deadlines regularly, and says goodbye to the clients when the host stops.</summary>
internal sealed class BrokerSweep(MqttBroker broker, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>Retained messages rarely expire, and looking costs the more the more there are.</summary>
    private static readonly TimeSpan RetainedInterval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var goodbye = lifetime.ApplicationStopping.Register(broker.Stop);
        using var timer = new PeriodicTimer(broker.Options.SweepInterval, broker.Time);
        var heap = new HeapSettling(broker.Log);
        var retainedDue = broker.Time.GetUtcNow() + RetainedInterval;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await broker.SweepAsync();
                heap.Look(broker.ConnectionCount);
                if (broker.Time.GetUtcNow() < retainedDue) continue;
                broker.ExpireRetained();
                retainedDue = broker.Time.GetUtcNow() + RetainedInterval;
            }
            catch (Exception e)
            {
                broker.Log.LogError(e, "A sweep failed; the next one tries again");
            }
        }
    }
}
