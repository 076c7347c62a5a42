using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Settings;
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
            context.Response.Headers.CacheControl = "no-cache, no-store";
            return await receipts.ViewAsync(token, ct) is { } view
                ? (IResult)Pages.Show<ReceiptPage>(view)
                : MachinePages.Missing();
        })
        .IsPublic("the token of one's own receipt opens it").RequireRateLimiting(RateLimits.Guessing).WithName("Receipt");

    private async Task<ReceiptView?> ViewAsync(string token, CancellationToken ct)
    {
        if (await sales.FindAsync(token, ct) is not { Vend: { } vend } sale) return null;
        var machine = await machines.GetAsync(vend.Machine, ct);
        var seller = await db.Set<Organization>().AsNoTracking().SingleAsync(o => o.Id == vend.Organization, ct);
        var profile = await OrganizationProfile.OfAsync(db, vend.Organization, ct);
        var currency = vend.Amount.Currency.Code;
        // A payment that bought nothing has no price of its own.
        var isHold = vend.Tender.Kind is TenderKind.Authorised;
        var price = vend.Lines.Count > 0 || isHold ? VendRules.PriceOf(vend.Lines) : vend.Amount.Amount;
        var owed = sale.Debts.Where(d => d.VendId == vend.Id && d.Status is DebtStatus.Owed).Sum(d => d.Amount);
        var paid = SaleViews.PaidOf(sale, vend, owed);
        var hash = await proofs.ChainHashAsync(vend.Organization, vend.Entry, ct);
        return new ReceiptView(
            vend.Id.ToString()[^12..].ToUpperInvariant(),
            SaleViews.Local(sale.Purchase.PaidAt ?? vend.ReservedAt, machine)!.Value,
            new ReceiptOperator(seller.Name, profile.AddressLines, profile.TaxId) { Note = profile.ReceiptNote }, machine.Name, machine.Location,
            [.. vend.Lines.Select(l => new ReceiptLine(
                l.Name, new Quantity(l.Quantity, l.IsByWeight), new Amount(l.UnitPrice, currency), new Amount(l.Total, currency)))],
            [.. TaxesOf(vend, currency)], new Amount(price, currency),
            new ReceiptPayment(Method: null, StateOf(vend, sale))
            {
                Amount = isHold
                    ? VendLife.IsOpen(vend.Status) || vend.Status is VendStatus.Cancelled
                        ? new Amount(vend.Amount.Amount, currency)
                        : paid == price ? null : new Amount(paid, currency)
                    : price == vend.Amount.Amount ? null : new Amount(vend.Amount.Amount, currency),
            })
        {
            Owed = owed == 0 ? null : new Amount(owed, currency),
            Refunds = [.. RefundsOf(sale, vend, machine)],
            Proof = hash is null ? null : new LedgerProof(vend.Entry, Convert.ToHexStringLower(hash)),
            VendToken = token,
            MayClaim = vend.Status is VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Unknown,
        };
    }

    /// <summary>Of what was delivered and not given back; what was cancelled or given away has no tax in it.</summary>
    private static IEnumerable<TaxLine> TaxesOf(Vend vend, string currency)
    {
        if ((vend.Late && vend.Tender.Kind is not TenderKind.Authorised) || vend.Status is VendStatus.Cancelled or VendStatus.Refunded) return [];
        return VendRules.TaxOf(vend.Lines).Select(t =>
        {
            var gross = Kept(vend, vend.Lines.Where(l => l.TaxBasisPoints == t.Rate.BasisPoints).Sum(l => l.Total));
            var tax = Kept(vend, t.Tax);
            return new TaxLine(t.Rate.BasisPoints / 100m, new Amount(gross - tax, currency), new Amount(tax, currency));
        });
    }

    /// <summary>The part of an amount that refunds have left, rounded as the books round it.</summary>
    private static long Kept(Vend vend, long amount) =>
        vend.Refunded == 0 ? amount : amount - (long)((Int128)amount * vend.Refunded / vend.Delivered);

    /// <summary>Ours, and what was given back at the provider by hand, which leaves no payback of ours.</summary>
    private static IEnumerable<ReceiptRefund> RefundsOf(Sale sale, Vend vend, Machine machine)
    {
        var currency = vend.Amount.Currency.Code;
        foreach (var p in sale.Paybacks)
        {
            yield return new ReceiptRefund(
                SaleViews.Local(p.PaidAt ?? p.CreatedAt, machine), new Amount(p.Amount, currency), StateOf(p),
                SaleViews.ReasonOf(p, vend));
        }

        if (SaleViews.BackOf(sale, vend) - sale.Paybacks.Sum(p => p.Amount) is var byHand and > 0)
        {
            // Money that became credit on a chip left no payback either.
            yield return vend is { Status: VendStatus.Cancelled, Reason: VendRules.Credited }
                ? new ReceiptRefund(SaleViews.Local(vend.SettledAt, machine), new Amount(byHand, currency), RefundState.Done, VendReason.Credited)
                : new ReceiptRefund(null, new Amount(byHand, currency), RefundState.Done, VendReason.OperatorCancelled);
        }
    }

    private static PaymentState StateOf(Vend vend, Sale sale)
    {
        if (vend.Tender.Kind is TenderKind.Authorised)
        {
            if (VendLife.IsOpen(vend.Status)) return PaymentState.Authorised;
            if (vend.Status is VendStatus.Cancelled) return PaymentState.Released;
        }

        var open = sale.Paybacks.Where(p => p.Status is not (PaybackStatus.Paid or PaybackStatus.SettledOtherwise)).Sum(p => p.Amount);
        var back = SaleViews.BackOf(sale, vend) - open;
        if (back <= 0) return PaymentState.Paid;
        return back >= vend.Amount.Amount ? PaymentState.Refunded : PaymentState.PartlyRefunded;
    }

    private static RefundState StateOf(Payback payback) => payback.Status switch
    {
        PaybackStatus.Owed or PaybackStatus.Pending => RefundState.Pending,
        PaybackStatus.Paid or PaybackStatus.SettledOtherwise => RefundState.Done,
        PaybackStatus.Failed => RefundState.Failed,
    };
}
