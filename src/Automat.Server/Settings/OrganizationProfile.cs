using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settings;

/// <summary>What receipts say about the seller, beside its name.</summary>
public sealed record OrganizationProfile
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Postal address, a line each; empty for none.</summary>
    public string Address { get; set; } = "";

    /// <summary>Tax number; null shows nothing.</summary>
    public string? TaxId { get; set; }

    /// <summary>A sentence below every receipt, such as how to reach somebody; null shows nothing.</summary>
    public string? ReceiptNote { get; set; }

    /// <summary>The address by its lines.</summary>
    public IReadOnlyList<string> AddressLines =>
        Address.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The organisation's, or an empty one.</summary>
    public static async Task<OrganizationProfile> OfAsync(AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        await db.Set<OrganizationProfile>().AsNoTracking().SingleOrDefaultAsync(p => p.OrganizationId == organization, ct)
        ?? new OrganizationProfile { OrganizationId = organization };
}

internal sealed class SettingsTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<OrganizationProfile>(profile =>
    {
        profile.ToTable("organization_profiles");
        profile.IsAudited("organization_profile");
        profile.HasKey(p => p.OrganizationId);
        profile.Property(p => p.OrganizationId).IsId();
        profile.Ignore(p => p.AddressLines);
        profile.Property(p => p.Address).HasMaxLength(SaveProfile.LongestAddress).MayBeShown("a business, not a person");
        profile.Property(p => p.TaxId).HasMaxLength(SaveProfile.LongestTaxId).MayBeShown("a business, not a person");
        profile.Property(p => p.ReceiptNote).HasMaxLength(SaveProfile.LongestNote).MayBeShown("printed on every receipt");
    });
}
