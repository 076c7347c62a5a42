using Automat.Domain.Vends;

namespace Automat.Domain.Refunds;

/// <summary>Where a refund somebody asked for is in its life. Each status says what is true in it.</summary>
public enum RefundCaseStatus
{
    /// <summary>It waits for a second person. Its amount is kept for it: no other refund of the sale may take it.</summary>
    Requested,

    /// <summary>The money was booked back.</summary>
    Done,

    /// <summary>The second person said no, and why.</summary>
    Rejected,

    /// <summary>Nobody decided in time.</summary>
    Expired,
}

/// <summary>Which status may follow which: the whole life of a refund case in one table.</summary>
public static class RefundLife
{
    /// <summary>The statuses that may follow. Booked is booked: a mistake is put right by a new sale, never by taking back.</summary>
    public static IReadOnlyList<RefundCaseStatus> After(RefundCaseStatus status) => status switch
    {
        RefundCaseStatus.Requested => [RefundCaseStatus.Done, RefundCaseStatus.Rejected, RefundCaseStatus.Expired],
        RefundCaseStatus.Done or RefundCaseStatus.Rejected or RefundCaseStatus.Expired => [],
    };
}

/// <summary>A refund somebody asked for: who, how much, why, and what became of it. The value itself; verbs move it.</summary>
public sealed record RefundCase
{
    /// <summary>Identity.</summary>
    public required Id<RefundCase> Id { get; init; }

    /// <summary>Whose sale.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The sale.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>The machine it was sold at.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>What the sale was paid with, and the refund goes back to.</summary>
    public required TenderKind Tender { get; init; }

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }

    /// <summary>Their currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>Why, in a stable word.</summary>
    public required string Reason { get; init; }

    /// <summary>What else was said about it; never personal data.</summary>
    public string? Note { get; init; }

    /// <summary>Where it is in its life.</summary>
    public RefundCaseStatus Status { get; init; }

    /// <summary>The id of who asked: a person's, a token's, or the word <c>claims</c> for the server itself.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Until when a second person may decide; null where none had to.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The id of the second person; null where none had to.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Why it was rejected.</summary>
    public string? Answer { get; init; }

    /// <summary>Number of its ledger entry; null before it was booked.</summary>
    public long? Entry { get; init; }

    /// <summary>The money was booked at once, with the request.</summary>
    public RefundCase Book(long entry, DateTimeOffset now) =>
        Become(RefundCaseStatus.Done) with { Entry = entry, DecidedAt = now, ExpiresAt = null };

    /// <summary>A second person agrees and the money is booked.</summary>
    /// <exception cref="RuleException"><c>refund_status</c>, <c>refund_own_request</c>, <c>refund_expired</c>.</exception>
    public RefundCase Approve(string person, long entry, DateTimeOffset now) =>
        DecidedBySecond(person, now).Become(RefundCaseStatus.Done) with { DecidedBy = person, DecidedAt = now, Entry = entry };

    /// <summary>A second person refuses.</summary>
    /// <exception cref="RuleException"><c>refund_status</c>, <c>refund_own_request</c>, <c>refund_expired</c>.</exception>
    public RefundCase Reject(string person, string answer, DateTimeOffset now) =>
        DecidedBySecond(person, now).Become(RefundCaseStatus.Rejected) with { DecidedBy = person, DecidedAt = now, Answer = answer };

    /// <summary>Its time is over; before that, or once it has ended, nothing changes.</summary>
    public RefundCase Expire(DateTimeOffset now) => Status is RefundCaseStatus.Requested && ExpiresAt <= now
        ? Become(RefundCaseStatus.Expired) with { DecidedAt = now }
        : this;

    /// <summary>What a second person must be, before anything is decided.</summary>
    /// <exception cref="RuleException"><c>refund_status</c>, <c>refund_own_request</c>, <c>refund_expired</c>.</exception>
    public RefundCase DecidedBySecond(string person, DateTimeOffset now)
    {
        if (Status is not RefundCaseStatus.Requested)
        {
            throw new RuleException("refund_status", $"This refund is {Status}; there is nothing to decide any more.");
        }

        if (person == RequestedBy)
        {
            throw new RuleException("refund_own_request", "Whoever asked for a refund cannot approve or reject it.");
        }

        if (ExpiresAt <= now) throw new RuleException("refund_expired", "Its time to be decided is over; ask for it again.");
        return this;
    }

    private RefundCase Become(RefundCaseStatus next) => RefundLife.After(Status).Contains(next)
        ? this with { Status = next }
        : throw new RuleException("refund_status", $"This refund is {Status}; it cannot become {next}.");
}
