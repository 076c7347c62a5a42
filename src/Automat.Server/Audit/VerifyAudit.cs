using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>What verification last found.</summary>
/// <param name="State"><c>never</c>, <c>unbroken</c> or <c>broken</c>.</param>
/// <param name="At">When it looked; null when never.</param>
/// <param name="Events">Events found in order.</param>
/// <param name="Head">Hash of the last of these: kept elsewhere, it proves later that nothing before it was rewritten.</param>
/// <param name="BrokenAt">The first wrong row; null where none can be blamed, or none is wrong.</param>
/// <param name="Code">What is wrong, a stable word.</param>
/// <param name="Reason">The same in a sentence.</param>
public sealed record AuditCheckView(
    string State, DateTimeOffset? At, long Events, string? Head, long? BrokenAt, string? Code, string? Reason)
{
    internal static AuditCheckView Of(AuditCheck? check) => check is null
        ? new("never", null, 0, null, null, null, null)
        : new(check.Code is null ? "unbroken" : "broken", check.At, check.Events, Convert.ToHexStringLower(check.Head), check.BrokenAt,
            check.Code, check.Reason);
}

/// <summary>Verifies an organisation's log when asked to, one run at a time, and keeps what it found.</summary>
internal sealed class VerifyAudit(
    AuditVerifier verifier, IServiceScopeFactory scopes, TimeProvider clock, ILogger<VerifyAudit> log)
{
    private readonly ConcurrentDictionary<Id<Organization>, bool> running = new();

    public async Task<AuditCheck> RunAsync(Id<Organization> organization, CancellationToken ct)
    {
        if (!running.TryAdd(organization, true))
        {
            throw new RuleException("audit_verification_running", "It is being verified at this moment; look again in a while.");
        }

        try
        {
            var verdict = await verifier.VerifyAsync(organization, progress: null, ct);
            if (verdict.Break is { } wrong)
            {
                log.LogCritical("The audit log of {Organization} is broken at row {Row}: {Code}", organization, wrong.Number, wrong.Code);
            }

            return await KeepAsync(verdict, ct);
        }
        finally
        {
            running.TryRemove(organization, out _);
        }
    }

    public static void Map(IEndpointRouteBuilder audit)
    {
        audit.MapGet("/verify", async (AutomatDb db, Tenant tenant, CancellationToken ct) =>
            TypedResults.Ok(AuditCheckView.Of(await db.Set<AuditCheck>().AsNoTracking()
                .SingleOrDefaultAsync(c => c.OrganizationId == tenant.Organization, ct))))
            .WithName("GetAuditCheck").WithSummary("What verification of the log last found");
        audit.MapPost("/verify", async (VerifyAudit verify, Tenant tenant, CancellationToken ct) =>
            TypedResults.Ok(AuditCheckView.Of(await verify.RunAsync(tenant.Organization, ct))))
            .WithName(nameof(VerifyAudit)).WithSummary("Verify the log now");
    }

    private async Task<AuditCheck> KeepAsync(AuditVerdict verdict, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(verdict.Organization);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var check = await db.Set<AuditCheck>().SingleOrDefaultAsync(c => c.OrganizationId == verdict.Organization, ct);
        if (check is null) db.Add(check = new AuditCheck { OrganizationId = verdict.Organization });
        (check.At, check.Events, check.Head) = (clock.GetUtcNow(), verdict.Events, verdict.Head.ToArray());
        (check.BrokenAt, check.Code, check.Reason) = (verdict.Break?.Number, verdict.Break?.Code, verdict.Break?.Reason);
        await db.SaveChangesAsync(ct);
        return check;
    }
}
