using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Counter;

/// <summary>The receipt of a purchase: what was sold, the tax in it, how it was paid, what went back, where the books hold it.</summary>
internal sealed class ReceiptPages(AutomatDb db, Sales sales, MachineDirectory machines, LedgerProofs proofs)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/receipts/{token}", async (
            string token, ReceiptPages receipts, HttpContext context, CancellationToken ct) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return await receipts.ViewAsync(token, ct) is { } view
                ? (IResult)Pages.Show<ReceiptPage>(view)
                : MachinePages.Missing();
        })
        .AllowAnonymous().RequireRateLimiting(RateLimits.Guessing).WithName("Receipt");

    private async Task<ReceiptView?> ViewAsync(string token, CancellationToken ct)
    {
        if (await sales.FindAsync(token, ct) is not { Vend: { } vend } sale) return null;
        var machine = await machines.GetAsync(vend.Machine, ct);
        var seller = await db.Set<Organization>().AsNoTracking().SingleAsync(o => o.Id == vend.Organization, ct);
        var currency = vend.Amount.Currency.Code;
        var hash = await proofs.ChainHashAsync(vend.Organization, vend.Entry, ct);
        return new ReceiptView(
            vend.Id.ToString()[^12..].ToUpperInvariant(),
            SaleViews.Local(sale.Purchase.PaidAt ?? vend.ReservedAt, machine)!.Value,
            new ReceiptOperator(seller.Name, [], TaxId: null), machine.Name, machine.Location,
            [.. vend.Lines.Select(l => new ReceiptLine(
                l.Name, l.Quantity, new Amount(l.UnitPrice, currency), new Amount(l.Total, currency)))],
            [.. TaxesOf(vend, currency)], new Amount(vend.Amount.Amount, currency),
            new ReceiptPayment(Method: null, StateOf(vend, sale)))
        {
            Refunds = [.. sale.Paybacks.Select(p => new ReceiptRefund(
                SaleViews.Local(p.PaidAt ?? p.CreatedAt, machine)!.Value, new Amount(p.Amount, currency), StateOf(p),
                SaleViews.ReasonOf(p.Reason)))],
            Proof = hash is null ? null : new LedgerProof(vend.Entry, Convert.ToHexStringLower(hash)),
            VendToken = token,
        };
    }

    /// <summary>Of what was delivered and not given back; what was cancelled has no tax in it.</summary>
    private static IEnumerable<TaxLine> TaxesOf(Vend vend, string currency) => vend.Status is VendStatus.Cancelled
        ? []
        : VendRules.TaxOf(vend.Lines).Select(t =>
        {
            var gross = vend.Lines.Where(l => l.TaxBasisPoints == t.Rate.BasisPoints).Sum(l => l.Total);
            return new TaxLine(t.Rate.BasisPoints / 100m, new Amount(gross - t.Tax, currency), new Amount(t.Tax, currency));
        });

    private static PaymentState StateOf(Vend vend, Sale sale)
    {
        var back = sale.Paybacks.Where(p => p.Status is PaybackStatus.Paid).Sum(p => p.Amount);
        if (back == 0) return PaymentState.Paid;
        return back >= vend.Amount.Amount ? PaymentState.Refunded : PaymentState.PartlyRefunded;
    }

    private static RefundState StateOf(Payback payback) => payback.Status switch
    {
        PaybackStatus.Owed or PaybackStatus.Pending => RefundState.Pending,
        PaybackStatus.Paid => RefundState.Done,
        PaybackStatus.Failed => RefundState.Failed,
    };
}
