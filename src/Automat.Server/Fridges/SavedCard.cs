using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Fridges;

/// <summary>A card that the provider keeps for a caller of the unlock interface, with what people recognise it by.</summary>
internal sealed record SavedCard
{
    /// <summary>Whose callers.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The provider's customer: one for each caller.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Who saved it: a person's id, or a token's.</summary>
    public required string Owner { get; init; }

    /// <summary>The provider's payment method.</summary>
    public required string MethodId { get; init; }

    /// <summary>The card's brand.</summary>
    public string? Brand { get; init; }

    /// <summary>Its last four digits.</summary>
    public string? Last4 { get; init; }

    /// <summary>When it was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }
}

internal sealed class FridgeTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<SavedCard>(card =>
    {
        card.ToTable("saved_cards");
        card.IsAudited("saved_card");
        card.HasKey(c => new { c.OrganizationId, c.CustomerId });
        card.Property(c => c.OrganizationId).IsId();
        card.Property(c => c.CustomerId).HasMaxLength(255).MayBeShown("the provider's name of a customer");
        card.Property(c => c.Owner).HasMaxLength(100).MayBeShown("an id of ours");
        card.Property(c => c.MethodId).HasMaxLength(255).MayBeShown("the provider's name of a kept card");
        card.Property(c => c.Brand).HasMaxLength(32).IsPersonal();
        card.Property(c => c.Last4).HasMaxLength(8).IsPersonal();
        card.HasIndex(c => new { c.OrganizationId, c.Owner }).IsUnique(); // a caller's card
    });
}
