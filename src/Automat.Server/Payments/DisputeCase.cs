using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Server.Payments;

/// <summary>A customer's bank asks for a payment back: what the provider told of it last.</summary>
public sealed record DisputeCase
{
    /// <summary>The provider's id.</summary>
    public required string Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The payment; null where the provider does not name it.</summary>
    public string? IntentId { get; init; }

    /// <summary>The sale that was paid with it; null where it was none of ours, or no sale.</summary>
    public Id<Vend>? VendId { get; init; }

    /// <summary>What the bank asks for, minor units.</summary>
    public required long Amount { get; init; }

    /// <summary>Of the amount.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The provider's word for why.</summary>
    public required string Reason { get; init; }

    /// <summary>How far it is.</summary>
    public required DisputeStatus Status { get; init; }

    /// <summary>Until when an answer is taken; null where none is wanted.</summary>
    public DateTimeOffset? DueBy { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When the provider said what stands here.</summary>
    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>When it was decided; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether nothing follows after such a status.</summary>
    public static bool IsOver(DisputeStatus status) => status switch
    {
        DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.WarningClosed or DisputeStatus.Prevented => true,
        DisputeStatus.NeedsResponse or DisputeStatus.UnderReview or DisputeStatus.WarningNeedsResponse or DisputeStatus.WarningUnderReview => false,
    };

    /// <summary>Whether the operator has to answer.</summary>
    public static bool WantsAnswer(DisputeStatus status) => status is DisputeStatus.NeedsResponse or DisputeStatus.WarningNeedsResponse;

    /// <summary>The newer of the two. Events come out of order: what is over stays over, and an older word changes nothing.</summary>
    public DisputeCase After(DisputeCase? known)
    {
        if (known is null) return this;
        var (over, wasOver) = (IsOver(Status), IsOver(known.Status));
        if (wasOver && !over) return known;
        if (wasOver == over && ToldAt < known.ToldAt) return known;
        return this with
        {
            OpenedAt = known.OpenedAt < OpenedAt ? known.OpenedAt : OpenedAt,
            VendId = VendId ?? known.VendId,
            EndedAt = wasOver ? known.EndedAt : EndedAt,
        };
    }
}
