namespace Automat.Server.Machines;

/// <summary>
/// Ends the connections of a machine that was retired or whose secret was taken back, on every node, at once. One that still
/// has a good secret comes back with it.
/// </summary>
internal sealed class CloseConnections(
    MachineChanges changes, IMachineMqtt mqtt, IEnumerable<IMachineDriver> drivers, ILogger<CloseConnections> log)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        changes.WhenClosed(machine =>
        {
            var closed = mqtt.Disconnect(machine);
            foreach (var driver in drivers) driver.Close(machine);
            log.LogInformation("Connections of machine {Machine} are ended ({Count} over MQTT)", machine, closed);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
