using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Automat.Server.Fridges;

/// <summary>A card that the provider keeps for a caller of the unlock interface or for a customer, with what people recognise it by.</summary>
internal sealed record SavedCard
{
    /// <summary>Whose callers.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The provider's customer: one for each caller.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Who saved it: a person's id, a token's, or a customer's.</summary>
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

/// <summary>A card that nobody wants kept any more and that the provider is still to let go of: an outbox.</summary>
internal sealed class CardRemoval
{
    public required Id<CardRemoval> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The provider's payment method.</summary>
    public required string MethodId { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>One that is due now.</summary>
    public static CardRemoval Of(Id<Organization> organization, string method, DateTimeOffset now) => new()
    {
        Id = Id<CardRemoval>.New(now),
        OrganizationId = organization,
        MethodId = method,
        NextAttemptAt = now,
    };
}

internal sealed class FridgeTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<SavedCard>(MapCard);
        model.Entity<CardRemoval>(removal =>
        {
            removal.ToTable("card_removals");
            removal.IsNotAudited("An outbox: that a card was given up is noted.");
            removal.HasKey(r => r.Id);
            removal.Property(r => r.Id).IsId();
            removal.Property(r => r.OrganizationId).IsId();
            removal.Property(r => r.MethodId).HasMaxLength(255);
            removal.HasIndex(r => r.NextAttemptAt); // what is due
        });
    }

    private static void MapCard(EntityTypeBuilder<SavedCard> card)
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
    }
}
