using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Automat.Server.Machines.Outside;

/// <summary>Whether the machines' broker is there. Pages and books work without it; sales on these machines do not.</summary>
internal sealed class OutsideCheck(OutsideBroker broker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["connected"] = broker.IsUp };
        if (broker.Shares is { } shares) data["shared_subscriptions"] = shares;
        return Task.FromResult(broker.IsUp
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded("The machines' MQTT broker is not there.", data: data));
    }
}
