using Automat.Simulator.Machines;

namespace Automat.Simulator.Kinds;

/// <summary>Arcade cabinets that acknowledge their pulses.</summary>
internal sealed class ArcadeKind : IMachineKind
{
    public string Name => "arcade";

    public string Driver => "arcade";

    public bool SellsCredits => true;

    public string SettingsOf(int number) => """{"acknowledges":true,"take_within":60,"answer_within":6,"decide_within":20}""";

    public ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world) => new SimulatedCabinet(who, world);
}
