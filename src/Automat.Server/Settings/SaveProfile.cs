using System.Security.Claims;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settings;

/// <summary>What receipts are to say about the seller.</summary>
/// <param name="Address">Up to six lines.</param>
/// <param name="TaxId">The tax number.</param>
/// <param name="ReceiptNote">A sentence below every receipt.</param>
internal sealed record SaveProfileRequest(string? Address, string? TaxId, string? ReceiptNote);

/// <summary>Writes down what receipts say about the seller; receipts that were opened before say it, too, when they are opened again.</summary>
internal sealed class SaveProfile(AutomatDb db)
{
    public const int LongestAddress = 500;
    public const int LongestTaxId = 40;
    public const int LongestNote = 300;
    private const int MostLines = 6;

    /// <summary>Keeps what is right; nothing where a field is wrong.</summary>
    /// <exception cref="FieldsException"><c>profile_invalid</c>.</exception>
    public async Task RunAsync(ClaimsPrincipal caller, SaveProfileRequest request, CancellationToken ct)
    {
        var (address, tax, note) = (Lines(request.Address), Trimmed(request.TaxId), Trimmed(request.ReceiptNote));
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (address.Length > LongestAddress || address.Count(c => c == '\n') >= MostLines || HasControls(address.Replace("\n", "", StringComparison.Ordinal)))
            faults["address"] = $"At most {MostLines} lines and {LongestAddress} characters.";
        if (tax?.Length > LongestTaxId || HasControls(tax)) faults["tax_id"] = $"At most {LongestTaxId} characters in one line.";
        if (note?.Length > LongestNote || HasControls(note)) faults["receipt_note"] = $"At most {LongestNote} characters in one line.";
        FieldsException.ThrowIfAny("profile_invalid", faults);

        var organization = caller.OrganizationOf();
        var profile = await db.Set<OrganizationProfile>().SingleOrDefaultAsync(p => p.OrganizationId == organization, ct);
        if (profile is null) db.Add(profile = new OrganizationProfile { OrganizationId = organization });
        (profile.Address, profile.TaxId, profile.ReceiptNote) = (address, tax, note);
        if (!db.ChangeTracker.HasChanges()) return;
        db.Note(organization, "organization.profile_changed", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
    }

    private static string Lines(string? text) => string.Join(
        '\n', (text ?? "").ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool HasControls(string? text) => text is not null && text.Any(char.IsControl);
}
