namespace Automat.Server.Machines;

/// <summary>What a delivery command carries, whatever the driver makes of it.</summary>
/// <param name="Quantity">Pieces or credits in all.</param>
/// <param name="Code">The pick-up code, for machines that ask for one.</param>
/// <param name="Email">The customer's address, for machines that show whose turn it is; empty when unknown.</param>
public sealed record DeliveryPayload(int Quantity, string? Code, string Email)
{
    /// <summary>What it costs in all, minor units of the machine's currency, for machines that are given credit.</summary>
    public long Amount { get; init; }

    /// <summary>What is to come out, slot by slot, for machines that choose by slot.</summary>
    public IReadOnlyList<DeliveryItem> Items { get; init; } = [];
}

/// <summary>So many from one slot.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Quantity">Pieces.</param>
public sealed record DeliveryItem(string Slot, int Quantity);
