namespace Automat.Server.Machines.Drivers.PickUp;

/// <summary>The front door of counters where people hand goods over.</summary>
public static class PickUpModule
{
    /// <summary>Adds the driver.</summary>
    public static IServiceCollection AddPickUp(this IServiceCollection services) => services.AddSingleton<IMachineDriver, PickUpDriver>();
}
