using Automat.Domain.Refunds;
using Automat.Domain.Vends;

namespace Automat.Domain.Claims;

/// <summary>Where a claim is in its life. Each status says what is true in it.</summary>
public enum ClaimStatus
{
    /// <summary>Staff have to look at it.</summary>
    Waiting,

    /// <summary>The money goes or went back.</summary>
    Refunded,

    /// <summary>Staff said no, and told the customer why.</summary>
    Declined,
}

/// <summary>Which status may follow which: the whole life of a claim in one table.</summary>
public static class ClaimLife
{
    /// <summary>The statuses that may follow.</summary>
    public static IReadOnlyList<ClaimStatus> After(ClaimStatus status) => status switch
    {
        ClaimStatus.Waiting => [ClaimStatus.Refunded, ClaimStatus.Declined],
        ClaimStatus.Refunded or ClaimStatus.Declined => [],
    };
}

/// <summary>What a customer says about a sale, and what came of it; one for each sale. The value itself; verbs move it.</summary>
public sealed record Claim
{
    /// <summary>Identity.</summary>
    public required Id<Claim> Id { get; init; }

    /// <summary>Whose sale.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The sale.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>The machine it was bought at.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>What went wrong.</summary>
    public required ClaimKind Kind { get; init; }

    /// <summary>What the customer wrote about it; forgotten with the address.</summary>
    public string? Text { get; init; }

    /// <summary>Where the customer wants to be told; only if they gave it.</summary>
    public string? Email { get; init; }

    /// <summary>The language the customer reads, such as <c>de</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Where it is in its life.</summary>
    public ClaimStatus Status { get; init; }

    /// <summary>What the rules said when it came.</summary>
    public required ClaimVerdict Verdict { get; init; }

    /// <summary>What was given back, minor units; 0 before.</summary>
    public long Amount { get; init; }

    /// <summary>Their currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The refund it led to, or waits for.</summary>
    public Id<RefundCase>? RefundId { get; init; }

    /// <summary>What staff tell the customer.</summary>
    public string? Answer { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The id of who decided; <c>claims</c> for the rules.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When the customer was told by mail.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>The money goes back.</summary>
    /// <exception cref="RuleException"><c>claim_status</c> once it was decided.</exception>
    public Claim Refund(long amount, Id<RefundCase>? refund, string by, DateTimeOffset now) =>
        Become(ClaimStatus.Refunded) with { Amount = amount, RefundId = refund, DecidedBy = by, DecidedAt = now };

    /// <summary>Staff say no.</summary>
    /// <exception cref="RuleException"><c>claim_status</c> once it was decided.</exception>
    public Claim Decline(string answer, string by, DateTimeOffset now) =>
        Become(ClaimStatus.Declined) with { Answer = answer, DecidedBy = by, DecidedAt = now };

    private Claim Become(ClaimStatus next) => ClaimLife.After(Status).Contains(next)
        ? this with { Status = next }
        : throw new RuleException("claim_status", $"This claim is {Status}; it cannot become {next}.");
}
