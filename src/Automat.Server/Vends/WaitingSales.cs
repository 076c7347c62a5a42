using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// What people do about a sale nobody has begun to deliver: hand its goods over, or call it off with the money back in the same
/// step; and about a purchase nobody has paid: let its goods go.
/// </summary>
public sealed class WaitingSales
{
    private readonly AutomatDb db;
    private readonly Journal.Journal journal;
    private readonly VendSignals signals;
    private readonly IPaymentProvider provider;
    private readonly Actor actor;

    /// <summary>Made by the container.</summary>
    public WaitingSales(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        journal = services.GetRequiredService<Journal.Journal>();
        signals = services.GetRequiredService<VendSignals>();
        provider = services.GetRequiredService<IPaymentProvider>();
        actor = services.GetRequiredService<Actor>();
    }

    /// <summary>Staff have handed the goods over: the sale is committed.</summary>
    /// <exception cref="Domain.RuleException"><c>sale_begun</c>, <c>sale_ended</c>.</exception>
    public Task<VendStatus> HandOverAsync(Vend vend, CancellationToken ct) =>
        EndAsync(vend, handedOver: true, "handed_over", "vend.handed_over", ct);

    /// <summary>Staff call it off: money and goods go back.</summary>
    /// <exception cref="Domain.RuleException"><c>sale_begun</c>, <c>sale_ended</c>.</exception>
    public Task<VendStatus> CallOffAsync(Vend vend, CancellationToken ct) =>
        EndAsync(vend, handedOver: false, "cancelled_by_staff", "vend.called_off", ct);

    /// <summary>The customer calls it off: money and goods go back.</summary>
    /// <exception cref="Domain.RuleException"><c>sale_begun</c>, <c>sale_ended</c>.</exception>
    public Task<VendStatus> GiveUpAsync(Vend vend, CancellationToken ct) =>
        EndAsync(vend, handedOver: false, "cancelled_by_customer", noted: null, ct);

    /// <summary>The customer does not want to pay any more: the pay page is closed and the goods are for others again.</summary>
    /// <returns>False when it was paid, or the money is on its way: then it is a sale, or becomes one.</returns>
    /// <exception cref="ProviderException">Nobody knows; ask again.</exception>
    public async Task<bool> CloseAsync(Purchase purchase, CancellationToken ct)
    {
        if (purchase.Status is not PurchaseStatus.Open) return purchase.Status is PurchaseStatus.Closed;
        var page = purchase.SessionId is null ? null : await provider.FindCheckoutAsync(purchase.SessionId, ct);
        if (page is { Status: CheckoutStatus.Complete } || !await provider.CloseAsync(page, $"cancel-{purchase.Id}", ct)) return false;
        var status = await journal.ExecuteAsync(
            new ClosePurchase(purchase.Id, "cancelled_by_customer") { Organization = purchase.OrganizationId }, ct);
        return status is PurchaseStatus.Closed;
    }

    private async Task<VendStatus> EndAsync(Vend vend, bool handedOver, string reason, string? noted, CancellationToken ct)
    {
        var command = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == vend.Id)
            .Select(c => (Domain.Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        return await journal.ExecuteAsync(
            new EndWaitingSale(vend.Id, handedOver, reason, signals)
            {
                Organization = vend.Organization,
                Command = command,
                Note = noted is null
                    ? null
                    : (audit, now) => audit.Note(
                        vend.Organization, AuditSignature.Of(actor), now, noted, "vend", vend.Id.ToString()),
            }, ct);
    }
}
