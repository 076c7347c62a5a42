using System.ComponentModel.DataAnnotations;

namespace Automat.Server.Machines.Drivers.PickUp;

/// <summary>What can be set for a pick-up counter.</summary>
internal sealed record PickUpSettings
{
    /// <summary>How long paid goods are kept for their customer, in hours; then the money goes back.</summary>
    [Range(1, 24 * 30)]
    public int CollectHours { get; init; } = 48;

    /// <summary>Paid orders that may wait on the counter's shelf.</summary>
    [Range(1, 5_000)]
    public int SalesAtOnce { get; init; } = 500;
}
