using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>Nobody decided about a request in time: what was kept for it is free again.</summary>
internal sealed class ExpireRefund(Id<RefundCase> id, Id<Vend> vendId, VendRefunds vends) : JournalCommand<RefundAnswer>
{
    private static readonly AuditSignature Sweep = new(ActorKind.System, "refunds", null, null, null);

    public override string Key => $"refund-expiry:{id}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<RefundCaseRows>().Ask(id);
        RefundBook.Ask(rows, vendId);
    }

    public override RefundAnswer Decide(JournalRows rows, DateTimeOffset now)
    {
        var refund = DecideRefund.Find(rows, id);
        var over = refund.Expire(now);
        // Not yet, or decided meanwhile: refused, so that the key is still good for a later look.
        return over == refund
            ? throw new RuleException("refund_status", $"This refund is {refund.Status} and its time is not over.")
            : new RefundBook(rows, vends, Sweep, now).Keep(refund.Status, over, "refund.expired", RefundBook.Said(refund));
    }
}

/// <summary>Ends requests nobody decided about. The table is the queue.</summary>
internal sealed class ExpireRefunds(
    IServiceScopeFactory scopes, Journal.Journal journal, VendRefunds vends, TimeProvider clock, ILogger<ExpireRefunds> log)
    : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval, SweepAsync,
        error => log.LogError(error, "Overdue refund requests could not be ended; tried again"), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("overdue refund requests are ended for all");
        var now = clock.GetUtcNow();
        var overdue = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<RefundCase>().AsNoTracking()
            .Where(c => c.Status == RefundCaseStatus.Requested && c.ExpiresAt <= now)
            .OrderBy(c => c.ExpiresAt).Take(BatchSize).Select(c => new { c.Id, c.OrganizationId, c.VendId }).ToListAsync(ct);
        foreach (var refund in overdue)
        {
            try
            {
                await journal.ExecuteAsync(
                    new ExpireRefund(refund.Id, refund.VendId, vends) { Organization = refund.OrganizationId }, ct);
            }
            catch (RuleException decided) when (decided.Code == "refund_status")
            {
                // Somebody was faster.
            }
        }
    }
}
