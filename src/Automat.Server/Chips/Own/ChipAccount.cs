using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>A chip that a customer has in their account. A chip is in one account at most.</summary>
internal sealed record ChipAccount
{
    public required Id<Chip> ChipId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Customer> CustomerId { get; init; }

    public required DateTimeOffset LinkedAt { get; init; }
}

/// <summary>A code that staff hand to whoever carries a chip, so that they can take it into their account. A chip has one at a time.</summary>
internal sealed record ChipLinkCode
{
    /// <summary>How long it works.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    public required Id<Chip> ChipId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>SHA-256 of the code.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class ChipAccountTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<ChipAccount>(link =>
        {
            link.ToTable("chip_accounts");
            link.IsAudited("chip_account");
            link.HasKey(l => l.ChipId);
            link.Property(l => l.ChipId).IsId();
            link.Property(l => l.OrganizationId).IsId();
            link.Property(l => l.CustomerId).IsId();
            link.HasIndex(l => l.CustomerId); // a customer's chips
            link.HasOne<Customer>().WithMany().HasForeignKey(l => l.CustomerId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ChipLinkCode>(code =>
        {
            code.ToTable("chip_link_codes");
            code.IsNotAudited("Making one is noted, and so is what is done with it.");
            code.HasKey(c => c.ChipId);
            code.Property(c => c.ChipId).IsId();
            code.Property(c => c.OrganizationId).IsId();
            code.HasIndex(c => new { c.OrganizationId, c.Hash }); // a typed code
        });
    }
}
