using System.Text;
using Automat.Server.Platform;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// What fridges sign with: each with its own secret. One that all share exists only where it is set, and counts only for
/// machines whose settings say so.
/// </summary>
internal sealed class FridgeKeys(MachineKeys keys, IConfiguration configuration)
{
    private const int Shortest = 16;

    private readonly byte[]? fleet = FleetIn(configuration);

    /// <summary>The secrets a fridge may sign with now, newest first; none when it has none.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> OfAsync(Machine machine, FridgeSettings own, CancellationToken ct)
    {
        if (!own.FleetSecret) return await keys.LiveOfAsync(machine.Id, ct);
        return fleet is null ? [] : [fleet];
    }

    private static byte[]? FleetIn(IConfiguration configuration)
    {
        if (configuration["Automat:Fridge:FleetSecret"] is not { Length: > 0 } secret) return null;
        return secret.Length >= Shortest && secret != "simulation_secret_key"
            ? Encoding.UTF8.GetBytes(secret)
            : throw new SettingsException(
                $"Automat__Fridge__FleetSecret has at least {Shortest} characters and is not the one everybody knows.");
    }
}
