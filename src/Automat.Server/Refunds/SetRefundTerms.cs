using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>The numbers an organisation may set for its refunds and claims; null is as the server says.</summary>
/// <param name="OperatorDays">Days after a delivery on which operators may give money back.</param>
/// <param name="AdministratorDays">Days on which administrators may; no fewer.</param>
/// <param name="ApprovalAbove">Minor units of one sale that need no second person.</param>
/// <param name="ExpireAfterDays">Days a request waits for its second person.</param>
/// <param name="ClaimDays">Days after a delivery on which customers may claim.</param>
/// <param name="GoodwillEach">Minor units of goodwill at a time; 0: none without a person.</param>
/// <param name="GoodwillPerDay">Minor units of goodwill a day, all together.</param>
public sealed record RefundTermsBody(
    int? OperatorDays, int? AdministratorDays, long? ApprovalAbove, int? ExpireAfterDays, int? ClaimDays, long? GoodwillEach, long? GoodwillPerDay);

/// <summary>Shows and sets the rules of an organisation's refunds. They hold for what is asked for from then on.</summary>
public sealed class SetRefundTerms
{
    /// <summary>The longest window that can be set, in days.</summary>
    public const int LongestDays = RefundSettings.LongestDays;

    /// <summary>The highest amount that can be set, in minor units.</summary>
    public const long HighestAmount = 100_000_000;

    private readonly AutomatDb db;
    private readonly RefundSettings server;

    /// <summary>Made by the container.</summary>
    public SetRefundTerms(IServiceProvider services) =>
        (db, server) = (services.GetRequiredService<AutomatDb>(), services.GetRequiredService<RefundSettings>());

    /// <summary>What the server says for whoever has set nothing.</summary>
    public RefundTermsBody Usual => new(
        server.OperatorDays, server.AdministratorDays, server.ApprovalAbove, server.ExpireAfterDays, server.ClaimDays, server.GoodwillEach,
        server.GoodwillPerDay);

    /// <summary>What an organisation has set for itself.</summary>
    public async Task<RefundTermsBody> ShowAsync(Id<Organization> organization, CancellationToken ct)
    {
        var own = await RefundTerms.OfAsync(db, organization, ct);
        return new RefundTermsBody(
            own.OperatorDays, own.AdministratorDays, own.ApprovalAbove, own.ExpireAfterDays, own.ClaimDays, own.GoodwillEach, own.GoodwillPerDay);
    }

    /// <summary>Keeps what is right; nothing where a field is wrong.</summary>
    /// <exception cref="FieldsException"><c>refund_terms_invalid</c>.</exception>
    public async Task RunAsync(ClaimsPrincipal caller, RefundTermsBody wanted, CancellationToken ct)
    {
        FieldsException.ThrowIfAny("refund_terms_invalid", FaultsIn(wanted));
        var organization = caller.OrganizationOf();
        var before = await db.Set<RefundTerms>().AsNoTracking().SingleOrDefaultAsync(t => t.OrganizationId == organization, ct);
        var after = new RefundTerms
        {
            OrganizationId = organization,
            OperatorDays = wanted.OperatorDays,
            AdministratorDays = wanted.AdministratorDays,
            ApprovalAbove = wanted.ApprovalAbove,
            ExpireAfterDays = wanted.ExpireAfterDays,
            ClaimDays = wanted.ClaimDays,
            GoodwillEach = wanted.GoodwillEach,
            GoodwillPerDay = wanted.GoodwillPerDay,
        };
        if (after == (before ?? new RefundTerms { OrganizationId = organization })) return;
        if (before is null) db.Add(after);
        else db.Replace(before, after);
        db.Note(organization, "organization.refund_terms_changed", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
    }

    private Dictionary<string, string> FaultsIn(RefundTermsBody wanted)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        Days("operator_days", wanted.OperatorDays);
        Days("administrator_days", wanted.AdministratorDays);
        Days("expire_after_days", wanted.ExpireAfterDays);
        Days("claim_days", wanted.ClaimDays);
        Money("approval_above", wanted.ApprovalAbove);
        Money("goodwill_each", wanted.GoodwillEach);
        Money("goodwill_per_day", wanted.GoodwillPerDay);
        // Whoever is trusted with more has no less time.
        if (faults.Count == 0 && (wanted.AdministratorDays ?? server.AdministratorDays) < (wanted.OperatorDays ?? server.OperatorDays))
            faults["administrator_days"] = "Administrators have at least as many days as operators.";
        return faults;

        void Days(string field, int? days)
        {
            if (days is < 1 or > RefundSettings.LongestDays) faults[field] = $"A number of days from 1 to {RefundSettings.LongestDays}.";
        }

        void Money(string field, long? minor)
        {
            if (minor is < 0 or > HighestAmount) faults[field] = $"Whole minor units from 0 to {HighestAmount}.";
        }
    }
}
