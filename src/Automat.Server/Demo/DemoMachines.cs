using Automat.Simulator.Kinds;
using Automat.Simulator.Machines;
using Automat.Simulator.Machines.VmFlow;

namespace Automat.Server.Demo;

/// <summary>The demo's simulated machines, connected over the real protocols. Nothing goes wrong at them.</summary>
internal sealed class DemoMachines : IAsyncDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly List<ISimulatedMachine> machines = [];

    private DemoMachines()
    {
    }

    /// <summary>Starts them.</summary>
    /// <param name="address">The server.</param>
    /// <param name="mqttPort">Our broker; null where the machines' broker is somebody else's, who lets no machine of the
    /// demo in.</param>
    /// <param name="robotPort">Where robots come in.</param>
    /// <param name="secrets">The demo's secrets.</param>
    /// <param name="logs">Where they tell what they do.</param>
    public static DemoMachines Start(Uri address, int? mqttPort, int robotPort, DemoSecrets secrets, ILoggerFactory logs)
    {
        var demo = new DemoMachines();
        var world = new Surroundings
        {
            Server = new ServerAddress(address, "127.0.0.1", mqttPort ?? 0, robotPort),
            Http = demo.http,
            Log = logs.CreateLogger("Automat.Simulator"),
            DispensesFrom = TimeSpan.FromSeconds(3),
            DispensesTo = TimeSpan.FromSeconds(3),
        };
        demo.machines.Add(new SimulatedRobot(
            "robot-1", address: null, world with { DispensesFrom = TimeSpan.FromSeconds(12), DispensesTo = TimeSpan.FromSeconds(12) }));
        if (mqttPort is not null)
        {
            demo.machines.Add(new SimulatedCabinet(new MachineIdentity("cab001", secrets.MachineSecret), world));
            demo.machines.Add(MachineKinds.Named("native-mqtt")
                .Create(new MachineIdentity("snack-1", secrets.MachineSecret), number: 0, world));
            demo.machines.Add(new SimulatedFridge(
                new MachineIdentity("fridge-1", secrets.MachineSecret), world, FridgeTiming.Usual, Visit)
            { Celsius = 4.5 });
            demo.machines.Add(new SimulatedBoard(
                new MachineIdentity("mdb-1", secrets.MachineSecret),
                world with { DispensesFrom = TimeSpan.FromSeconds(4), DispensesTo = TimeSpan.FromSeconds(4) },
                new BoardOptions { OnSince = TimeSpan.FromHours(1) }));
        }

        foreach (var machine in demo.machines) machine.Start();
        return demo;
    }

    /// <summary>Whoever opens the fridge takes one or two things, others with each visit, and closes the door.</summary>
    private static FridgeVisit Visit(string transaction)
    {
        var shelf = DemoCatalog.Planograms["fridge-1"];
        var first = transaction.Sum(c => c) % shelf.Length;
        var taken = new[] { first, (first + 3) % shelf.Length }.Take(1 + (transaction[^1] % 2));
        return new FridgeVisit
        {
            HoldsFor = TimeSpan.FromSeconds(4),
            Takes = [.. taken.Select(at => new FridgeGoods(
                DemoCatalog.CodeOf(at), DemoCatalog.Items.First(i => i.Number == shelf[at]).Grams ?? 0))],
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in machines) await machine.DisposeAsync();
        http.Dispose();
    }
}
