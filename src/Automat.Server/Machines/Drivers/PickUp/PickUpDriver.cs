using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.PickUp;

/// <summary>
/// A counter where people hand goods over. It has slots, prices and stock as every machine has, and no line to it: its
/// commands wait until staff say that the goods were handed over, or until their time is over and the money goes back.
/// </summary>
internal sealed class PickUpDriver : IMachineDriver
{
    /// <summary>As stored with the machine.</summary>
    public const string DriverName = "pickup";

    private const string CommandKind = "hand_over";

    private readonly DriverSettings<PickUpSettings> settings = new();

    public string Name => DriverName;

    public bool UsesCodes => true;

    public bool HasLine => false;

    /// <summary>Whoever hands the goods over has scales.</summary>
    public bool WeighsGoods => true;

    public DeliveryTerms TermsOf(Machine machine)
    {
        var own = settings.Of(machine);
        var kept = TimeSpan.FromHours(own.CollectHours);
        return new DeliveryTerms(CommandKind, kept, kept, TimeSpan.FromMinutes(1), UsesCode: true, own.SalesAtOnce) { ByHand = true };
    }

    /// <summary>It is open whenever staff have not taken it out of service.</summary>
    public string? WhyNotReady(Machine machine) => null;

    /// <summary>There is nothing to reach: the sale stays reserved, and so it can be called off until it is handed over.</summary>
    public bool CanReach(MachineId machine) => false;

    public bool Understands(Machine machine, string commandKind) => commandKind == CommandKind;

    public bool Fetches(Machine machine) => false;

    public IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => DriverSettings<PickUpSettings>.FaultsIn(settings);

    public Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct) =>
        Task.FromResult(new DeliveryResult(DeliveryOutcome.NotSent, "by_hand"));

    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) => new(DeliveryOutcome.NotSent, "by_hand");
}
