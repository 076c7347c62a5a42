using Automat.Simulator;

namespace Automat.Server.Demo;

/// <summary>The demo's simulated machines, connected over the real protocols.</summary>
internal sealed class DemoMachines : IAsyncDisposable
{
    private readonly CabinetSimulator cabinet;
    private readonly RobotSimulator robot;

    private DemoMachines(CabinetSimulator cabinet, RobotSimulator robot) => (this.cabinet, this.robot) = (cabinet, robot);

    public static DemoMachines Start(int mqttPort, int robotPort, DemoSecrets secrets, ILoggerFactory logs)
    {
        var machines = new DemoMachines(
            new CabinetSimulator(
                new CabinetOptions { Port = mqttPort, Machine = "cab001", Secret = secrets.MachineSecret },
                logs.CreateLogger<CabinetSimulator>()),
            new RobotSimulator(new RobotOptions { Port = robotPort }, logs.CreateLogger<RobotSimulator>()));
        machines.cabinet.Start();
        machines.robot.Start();
        return machines;
    }

    public async ValueTask DisposeAsync()
    {
        await cabinet.DisposeAsync();
        await robot.DisposeAsync();
    }
}
