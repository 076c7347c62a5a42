using Automat.Mqtt;
using Automat.Simulator.Faults;
using Automat.Simulator.Machines;
using Automat.Simulator.Machines.Native;

namespace Automat.Simulator.Kinds;

/// <summary>Machines of our own protocol over signed HTTP.</summary>
internal sealed class NativeHttpKind : IMachineKind
{
    /// <summary>Doubts and reservations end within a short run.</summary>
    internal const string Settings =
        """{"take_within":60,"answer_within":20,"decide_within":60,"reservation_s":20,"heartbeat_s":15,"sales_at_once":5}""";

    public string Name => "native-http";

    public string Driver => "native";

    public string SettingsOf(int number) => Settings;

    public ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world)
    {
        var faults = new FaultPlan(world.Seed, who.Id, world.Weather);
        var clock = new DriftingClock(world.Time);
        return new SimulatedDevice(who.Id, world, faults, clock, () => new HttpDeviceLine(who, world, faults, clock));
    }
}

/// <summary>Machines of our own protocol over MQTT; every other one speaks 3.1.1.</summary>
internal sealed class NativeMqttKind : IMachineKind
{
    public string Name => "native-mqtt";

    public string Driver => "native";

    public string SettingsOf(int number) => NativeHttpKind.Settings;

    public ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world)
    {
        var faults = new FaultPlan(world.Seed, who.Id, world.Weather);
        var clock = new DriftingClock(world.Time);
        var version = number % 2 == 0 ? MqttVersion.V5 : MqttVersion.V311;
        return new SimulatedDevice(who.Id, world, faults, clock, () => new MqttDeviceLine(who, version, world, faults, clock));
    }
}
