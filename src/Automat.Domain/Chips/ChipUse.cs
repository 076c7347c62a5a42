using Automat.Domain.Vends;

namespace Automat.Domain.Chips;

/// <summary>A part of a purchase.</summary>
/// <param name="Category">What it is; null where nobody knows.</param>
/// <param name="Amount">What it counts with, minor units.</param>
/// <param name="Vends">Pieces.</param>
public readonly record struct UsePart(string? Category, long Amount, int Vends);

/// <summary>
/// What a sale counts with against limits. Held money counts, delivered goods count, late ones too; what was given back after
/// delivery does not count any more, except of a late sale, whose goods are out whatever became of the money.
/// </summary>
/// <param name="Vend">The sale.</param>
/// <param name="At">When its money was held: that is its day.</param>
/// <param name="IsOpen">Whether money is held for it.</param>
/// <param name="MachineGroup">The group of its machine.</param>
/// <param name="Parts">What it counts with; none for what came to nothing.</param>
/// <param name="Spent">What it has taken from its chip so far, minor units: held, or charged and not given back.</param>
public sealed record ChipUse(
    Id<Vend> Vend, DateTimeOffset At, bool IsOpen, string? MachineGroup, IReadOnlyList<UsePart> Parts, long Spent)
{
    /// <summary>What a sale counts with as it is now.</summary>
    public static ChipUse Of(Vend vend, string? machineGroup)
    {
        var open = VendLife.IsOpen(vend.Status);
        var whole = open ? vend.Amount.Amount : vend.Delivered;
        var spent = open ? whole : vend.Status is VendStatus.Cancelled ? 0 : vend.Delivered - vend.Refunded;
        var counted = vend.Late ? vend.Delivered : spent;
        return new ChipUse(vend.Id, vend.ReservedAt, open, machineGroup, PartsOf(vend.Lines, counted), spent);
    }

    /// <summary>What counts, spread over the lines by their prices; the last one takes what rounding leaves.</summary>
    private static UsePart[] PartsOf(IReadOnlyList<VendLine> lines, long counted)
    {
        var price = VendRules.PriceOf(lines);
        if (counted <= 0 || price == 0) return [];
        var parts = new UsePart[lines.Count];
        var rest = counted;
        for (var i = 0; i < parts.Length; i++)
        {
            var share = i == parts.Length - 1 ? rest : (long)((Int128)lines[i].Total * counted / price);
            parts[i] = new UsePart(lines[i].Category, share, lines[i].Pieces);
            rest -= share;
        }

        return parts;
    }
}
