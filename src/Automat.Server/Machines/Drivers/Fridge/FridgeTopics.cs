using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>The topics of one fridge, as the lock controllers know them. A machine id has no character that means something
/// in a topic.</summary>
internal static class FridgeTopics
{
    /// <summary>What the controller is told, always signed.</summary>
    public static string Commands(MachineId machine) => $"case/{machine}/cmd";

    /// <summary>What the controller says was taken, always signed.</summary>
    public static string Door(MachineId machine) => $"case/{machine}/door";

    /// <summary>The controller's telemetry, unsigned. It subscribes to it, too, and dies of its own: it is granted, and nothing
    /// is ever delivered.</summary>
    public static string Status(MachineId machine) => $"case/{machine}/status";

    /// <summary>What the computer inside the fridge sees: baskets with weights and confidence, of <c>Automat.Protocol</c>.</summary>
    public static string Agent(MachineId machine) => $"case/{machine}/agent";
}
