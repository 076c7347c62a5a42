using Automat.Simulator.Machines;
using Automat.Simulator.Machines.VmFlow;

namespace Automat.Simulator.Kinds;

/// <summary>VMflow boards on machines with an MDB bus: paid on the web and with coins.</summary>
internal sealed class VmFlowKind : IMachineKind
{
    public string Name => "vmflow";

    public string Driver => "vmflow";

    public string SettingsOf(int number) =>
        """
        {"items":{"11":"A1","12":"A2","13":"A3","14":"A4","15":"A5","16":"A6"},"info_s":5,"watch_tenths":5,"session_s":15,
        "grace_s":10,"answer_within":3,"confirm_within":12,"restart_within":20,"take_within":60,"decide_within":20,"sales_at_once":2}
        """;

    public ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world) =>
        new SimulatedBoard(who, world, new BoardOptions { OnSince = TimeSpan.FromHours(1) });
}
