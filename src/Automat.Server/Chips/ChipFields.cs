using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>What a chip may do; what is absent stays as it is, or is not so.</summary>
/// <param name="FreeVend">It buys free of charge.</param>
/// <param name="Employee">It is an employee's.</param>
/// <param name="ProofOfAge">Its holder is of age, as somebody checked.</param>
internal sealed record FlagsBody(bool? FreeVend, bool? Employee, bool? ProofOfAge);

/// <summary>Checks what is sent about a chip.</summary>
internal static class ChipFields
{
    public const long MostCreditLine = 10_000_000;
    private const int LongestText = 100;
    private const int LongestHolder = 200;
    private const int LongestAddress = 254;

    public static void Text(Dictionary<string, string> faults, string field, string? text) => Line(faults, field, text, LongestText);

    /// <summary>Who carries it: a name, and an address that stands alone for nobody.</summary>
    public static void Holder(Dictionary<string, string> faults, string? holder, string? email)
    {
        Line(faults, "holder", holder, LongestHolder);
        Line(faults, "holder_email", email, LongestAddress);
        if (!string.IsNullOrWhiteSpace(email) && !email.Contains('@', StringComparison.Ordinal)) faults["holder_email"] = "That is no e-mail address.";
    }

    public static void CreditLine(Dictionary<string, string> faults, long? line)
    {
        if (line is < 0 or > MostCreditLine) faults["credit_line"] = $"From 0 to {MostCreditLine} minor units.";
    }

    public static void Limits(Dictionary<string, string> faults, LimitsBody? limits, AllowanceBody? allowance)
    {
        limits?.Check(faults, "limits");
        if (allowance is { Kind: not null } or { Amount: not null } or { Period: not null }) allowance.Check(faults, "allowance");
    }

    public static ChipUid? Uid(Dictionary<string, string> faults, string? text)
    {
        try
        {
            return ChipUid.Parse(text);
        }
        catch (RuleException broken)
        {
            faults["uid"] = broken.Message;
            return null;
        }
    }

    /// <summary>The group of that name.</summary>
    public static async Task<Id<ChipGroup>?> GroupAsync(
        AutomatDb db, Dictionary<string, string> faults, string? name, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(name)) return null;
        var wanted = name.Trim();
        var found = await db.Set<ChipGroup>().AsNoTracking().Where(g => g.Name == wanted).Select(g => new { g.Id }).SingleOrDefaultAsync(ct);
        if (found is null) faults["group"] = "There is no group of chips of this name.";
        return found?.Id;
    }

    /// <summary>Refuses what cannot be. A code of its own where it is one thing only.</summary>
    public static void ThrowIfAny(Dictionary<string, string> faults)
    {
        if (faults.Count == 0) return;
        throw new FieldsException(
            faults.Count > 1 ? "chip_invalid" : faults.Keys.Single() switch
            {
                "uid" => "chip_uid_invalid",
                "label" => "label_too_long",
                "initial_top_up" or "amount" => "amount_invalid",
                _ => "chip_invalid",
            }, faults);
    }

    /// <summary>What is empty is nothing.</summary>
    public static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void Line(Dictionary<string, string> faults, string field, string? text, int longest)
    {
        if (text?.Trim().Length > longest || text?.Any(char.IsControl) is true) faults[field] = $"At most {longest} characters in one line.";
    }
}
