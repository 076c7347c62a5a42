using Automat.Domain.Chips;

namespace Automat.Server.Chips;

/// <summary>Lays what is said of a chip over what is said of its group and of all chips.</summary>
internal static class ChipLevels
{
    /// <summary>The chip with what holds for it.</summary>
    public static Chip With(this Chip chip, string? groupLimits, string? groupAllowance, string? allLimits)
    {
        if (chip.Limits is null && groupLimits is null && allLimits is null && chip.Allowance is null && groupAllowance is null)
        {
            return chip;
        }

        return chip with
        {
            Rules = ChipLimits.Of(LimitsBody.Read(chip.Limits), LimitsBody.Read(groupLimits), LimitsBody.Read(allLimits)),
            Grant = AllowanceBody.Read(chip.Allowance) ?? AllowanceBody.Read(groupAllowance),
        };
    }
}
