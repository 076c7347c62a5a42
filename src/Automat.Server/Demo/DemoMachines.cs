using Automat.Simulator;

namespace Automat.Server.Demo;

/// <summary>The demo's simulated machines, connected over the real protocols.</summary>
internal sealed class DemoMachines : IAsyncDisposable
{
    private readonly CabinetSimulator? cabinet;
    private readonly RobotSimulator robot;

    private DemoMachines(CabinetSimulator? cabinet, RobotSimulator robot) => (this.cabinet, this.robot) = (cabinet, robot);

    /// <summary>Starts them.</summary>
    /// <param name="mqttPort">Our broker; null where the machines' broker is somebody else's, who lets no machine of the
    /// demo in.</param>
    /// <param name="robotPort">Where robots come in.</param>
    /// <param name="secrets">The demo's secrets.</param>
    /// <param name="logs">Where they tell what they do.</param>
    public static DemoMachines Start(int? mqttPort, int robotPort, DemoSecrets secrets, ILoggerFactory logs)
    {
        var machines = new DemoMachines(
            mqttPort is not { } port ? null : new CabinetSimulator(
                new CabinetOptions { Port = port, Machine = "cab001", Secret = secrets.MachineSecret },
                logs.CreateLogger<CabinetSimulator>()),
            new RobotSimulator(new RobotOptions { Port = robotPort }, logs.CreateLogger<RobotSimulator>()));
        machines.cabinet?.Start();
        machines.robot.Start();
        return machines;
    }

    public async ValueTask DisposeAsync()
    {
        if (cabinet is not null) await cabinet.DisposeAsync();
        await robot.DisposeAsync();
    }
}
