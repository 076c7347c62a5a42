namespace Automat.Simulator.Kinds;

/// <summary>All kinds there are.</summary>
public static class MachineKinds
{
    /// <summary>In the order they are mixed by default.</summary>
    public static IReadOnlyList<IMachineKind> All { get; } =
        [new NativeHttpKind(), new NativeMqttKind(), new ArcadeKind(), new RobotKind(), new FridgeKind(), new VmFlowKind()];

    /// <summary>A kind by its name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static IMachineKind Named(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new FormatException($"There is no kind '{name}': {string.Join(", ", All.Select(kind => kind.Name))}.");
}
