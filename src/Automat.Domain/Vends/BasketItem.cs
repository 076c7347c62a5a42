namespace Automat.Domain.Vends;

/// <summary>So many pieces that are missing from a slot after the door was closed.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Quantity">Pieces; 0 for what was taken and put back.</param>
public readonly record struct BasketItem(string Slot, int Quantity);
