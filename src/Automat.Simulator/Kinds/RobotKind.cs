using System.Net;
using Automat.Simulator.Machines;

namespace Automat.Simulator.Kinds;

/// <summary>
/// Pick-up robots. The server knows a robot by where it comes from, so each has a loopback address of its own; that works
/// where all of 127.0.0.0/8 is loopback (Linux) and against a server on the same machine.
/// </summary>
internal sealed class RobotKind : IMachineKind
{
    public string Name => "robot";

    public string Driver => "robot";

    public string SettingsOf(int number) =>
        $$"""{"allow":["{{AddressOf(number)}}"],"code_hours":1,"report_within":30,"decide_within":20,"serve_seconds":5}""";

    public ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world) =>
        new SimulatedRobot(who.Id, AddressOf(number), world);

    private static IPAddress AddressOf(int number) =>
        new([127, (byte)(64 + (number / 62_500)), (byte)(number / 250 % 250), (byte)((number % 250) + 1)]);
}
