using Automat.Server.Storefront;

namespace Automat.Server.Chips.Own;

/// <summary>A chip in a customer's account.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="State">Whether it pays: <c>active</c>, <c>locked</c>, <c>retired</c>.</param>
/// <param name="Balance">What stands on it.</param>
public sealed record OwnChipView(Guid Id, string Name, string State, Amount Balance);

/// <summary>The chips in a customer's account.</summary>
/// <param name="Chips">The chips.</param>
/// <param name="Offered">Those handed out to the customer's address that could be taken in.</param>
/// <param name="Currency">What credit is counted in.</param>
public sealed record OwnChipsView(IReadOnlyList<OwnChipView> Chips, IReadOnlyList<OwnChipView> Offered, string Currency)
{
    /// <summary>What was done; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>Why not; null for no reason.</summary>
    public string? Error { get; init; }

    /// <summary>What is wrong with the code; null for nothing.</summary>
    public string? CodeWrong { get; init; }

    /// <summary>The chip whose amount cannot be taken; null for none.</summary>
    public Guid? AmountWrong { get; init; }

    /// <summary>What was typed as amount.</summary>
    public string Typed { get; init; } = "";
}

/// <summary>Handing a chip to its customer's account, as staff see it.</summary>
/// <param name="Chip">The chip's id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="LinkedAt">Since when it is in an account; null while it is in none.</param>
/// <param name="WaitsUntil">Until when a code that was made works; null for none.</param>
public sealed record ChipLinkView(string Chip, string Name, DateTimeOffset? LinkedAt, DateTimeOffset? WaitsUntil)
{
    /// <summary>The code that was just made, shown this once.</summary>
    public string? Code { get; init; }

    /// <summary>Whether no code can be made: the chip is retired.</summary>
    public bool IsRetired { get; init; }
}
