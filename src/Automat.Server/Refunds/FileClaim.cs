using System.Net.Mail;
using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>What a customer says.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Text">A few words about it.</param>
/// <param name="Email">Where to tell them; null: nowhere.</param>
/// <param name="Language">The language they read.</param>
public sealed record Complaint(ClaimKind Kind, string? Text, string? Email, string Language);

/// <summary>A claim as its customer may know it.</summary>
/// <param name="Status">Where it is.</param>
/// <param name="Amount">What went back, minor units.</param>
/// <param name="Answer">What staff said.</param>
/// <param name="IsNew">Whether it was filed just now; a second one about the same sale gets the first one's answer.</param>
public sealed record ClaimState(ClaimStatus Status, long Amount, string? Answer, bool IsNew);

/// <summary>A customer's claim is kept and, where the rules can, decided and paid back in the same transaction.</summary>
internal sealed class BookClaim(
    Vend seen, Complaint complaint, DeliveryEvidence evidence, string? payer, Id<MachineCommand>? command, ClaimPolicy policy,
    DateOnly day, VendRefunds vends) : JournalCommand<ClaimState>
{
    private static readonly AuditSignature Rules = new(ActorKind.System, "claims", null, null, null);

    /// <summary>Whoever claims twice gets the state it has then, so every try is its own.</summary>
    public override string Key { get; } = $"claim:{seen.Id}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows)
    {
        VendRefunds.Ask(rows, seen.Id, command);
        RefundBook.Ask(rows, seen.Id);
        rows.Of<GoodwillRows>().Ask(Today);
        if (payer is not null) rows.Of<GoodwillPayers>().Ask(Organization, payer);
    }

    public override void AskMore(JournalRows rows) => VendRefunds.AskMore(rows, seen.Id);

    public override ClaimState Decide(JournalRows rows, DateTimeOffset now)
    {
        if (rows.Of<ClaimRows>().TryGet(seen.Id, out var before)) return StateOf(before, isNew: false);
        var book = new RefundBook(rows, vends, Rules, now);
        var vend = VendRefunds.Find(rows, Organization, seen.Id);
        var left = vend.Status is VendStatus.Unknown ? vend.Amount.Amount : book.Left(vend);
        var verdict = ClaimRules.Decide(
            new ClaimFacts(
                complaint.Kind, vend.Status, evidence, left, now - (vend.SettledAt ?? vend.ReservedAt),
                payer is null ? null : rows.Of<GoodwillPayers>().Of(Organization, payer), rows.Of<GoodwillRows>().Of(Today)),
            policy);
        var claim = new Claim
        {
            Id = Id<Claim>.New(now),
            OrganizationId = Organization,
            VendId = vend.Id,
            MachineId = vend.Machine,
            Kind = complaint.Kind,
            Text = complaint.Text,
            Email = complaint.Email,
            Language = complaint.Language,
            Verdict = verdict,
            Currency = vend.Amount.Currency,
            CreatedAt = now,
        };
        var decided = verdict switch
        {
            ClaimVerdict.AskStaff => claim,
            ClaimVerdict.EndDoubt => EndDoubt(rows, claim, vend, now),
            ClaimVerdict.Believe => Refund(rows, book, claim, vend, left, now),
            ClaimVerdict.Goodwill => Goodwill(rows, book, claim, vend, left, now),
        };
        rows.Of<ClaimRows>().Put(decided);
        rows.Of<AuditRows>().Note(
            Organization, Rules, now, decided.Status is ClaimStatus.Waiting ? "claim.filed" : "claim.refunded", "claim",
            claim.Id.ToString(), $"vend {vend.Id}, {RefundView.Word(complaint.Kind)}, {RefundView.Word(verdict)}");
        return StateOf(decided, isNew: true);
    }

    internal static ClaimState StateOf(Claim claim, bool isNew) => new(claim.Status, claim.Amount, claim.Answer, isNew);

    private Claim EndDoubt(JournalRows rows, Claim claim, Vend vend, DateTimeOffset now)
    {
        vends.GiveUp(rows, vend, command, "claimed", now);
        return claim.Refund(vend.Amount.Amount, null, "claims", now);
    }

    private Claim Goodwill(JournalRows rows, RefundBook book, Claim claim, Vend vend, long left, DateTimeOffset now)
    {
        rows.Of<GoodwillRows>().Add(Today, left);
        rows.Of<GoodwillPayers>().Add(Organization, payer!);
        return Refund(rows, book, claim, vend, left, now);
    }

    private static Claim Refund(JournalRows rows, RefundBook book, Claim claim, Vend vend, long left, DateTimeOffset now)
    {
        var refund = RefundBook.New(vend, RefundBook.WayBack(rows, vend), left, "claimed", RefundView.Word(claim.Verdict), "claims", now);
        book.Give(refund, vend, CashPayout.HashOf(CashPayout.NewCode()));
        return claim.Refund(left, refund.Id, "claims", now);
    }

    private GoodwillKey Today => new(Organization, day, seen.Amount.Currency);
}

/// <summary>The claims' door for the customers' pages.</summary>
public sealed class FileClaim
{
    /// <summary>Characters a customer may write.</summary>
    public const int LongestText = 500;

    private readonly AutomatDb db;
    private readonly Journal.Journal journal;
    private readonly VendRefunds vends;
    private readonly RefundSettings server;
    private readonly TimeProvider clock;

    /// <summary>Made by the container.</summary>
    public FileClaim(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        journal = services.GetRequiredService<Journal.Journal>();
        vends = services.GetRequiredService<VendRefunds>();
        server = services.GetRequiredService<RefundSettings>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    /// <summary>The claim about a sale; null when there is none.</summary>
    public async Task<ClaimState?> FindAsync(Id<Vend> vend, CancellationToken ct) =>
        await db.Set<Claim>().AsNoTracking().SingleOrDefaultAsync(c => c.VendId == vend, ct) is { } claim
            ? BookClaim.StateOf(claim, isNew: false)
            : null;

    /// <summary>Whether a sale can be claimed now; what the rules would say then decides nothing yet.</summary>
    public async Task<bool> IsOpenForAsync(Vend vend, CancellationToken ct) => vend.Status is VendStatus.Unknown
        || (vend.Status is VendStatus.Committed or VendStatus.PartlyRefunded && vend.Delivered > vend.Refunded
            && clock.GetUtcNow() - (vend.SettledAt ?? vend.ReservedAt) <= (await PolicyAsync(vend.Organization, ct)).Window);

    /// <summary>Files a claim about a sale; a second one gets the state of the first.</summary>
    /// <param name="sale">The sale, found by its customer's own key.</param>
    /// <param name="complaint">What they say.</param>
    /// <param name="ct">Cancels waiting, not the booking.</param>
    /// <exception cref="FieldsException"><c>claim_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>claim_too_early</c>, <c>claim_settled</c>, <c>claim_window_over</c>.</exception>
    public async Task<ClaimState> RunAsync(Sale sale, Complaint complaint, CancellationToken ct)
    {
        var vend = sale.Vend ?? throw new RuleException("claim_too_early", "This purchase is not paid yet.");
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Enum.IsDefined(complaint.Kind)) faults["kind"] = "Say what went wrong.";
        if (complaint.Text is { Length: > LongestText }) faults["text"] = $"At most {LongestText} characters.";
        if (complaint.Email is { } email && (email.Length > 256 || !MailAddress.TryCreate(email, out var parsed) || parsed.Address != email))
        {
            faults["email"] = "This is no e-mail address.";
        }

        FieldsException.ThrowIfAny("claim_invalid", faults);
        var command = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == vend.Id)
            .OrderByDescending(c => c.Id).Select(c => (Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        return await journal.ExecuteAsync(
            new BookClaim(
                vend, complaint, ClaimRules.EvidenceOf(sale.Evidence), sale.Purchase.Email?.ToLowerInvariant(), command,
                await PolicyAsync(vend.Organization, ct), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), vends)
            {
                Organization = vend.Organization,
            }, ct);
    }

    private async Task<ClaimPolicy> PolicyAsync(Id<Organization> organization, CancellationToken ct) =>
        (await server.ForAsync(db, organization, ct)).Claims;
}
