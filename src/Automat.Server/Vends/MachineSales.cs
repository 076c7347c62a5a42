using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Catalog;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// The sale's door for machines that sell by themselves: hold, commit, cancel, cash, failures. Every call is safe to repeat;
/// a machine reaches its own sales and no others.
/// </summary>
public sealed class MachineSales
{
    private const int LongestKey = 80; // a machine's own 64 and what a driver puts before them

    private readonly AutomatDb db;
    private readonly Journal.Journal journal;
    private readonly ChipDirectory chips;
    private readonly VendSignals signals;
    private readonly MachinePrices prices;
    private readonly TimeProvider clock;

    /// <summary>Made by the container.</summary>
    public MachineSales(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        journal = services.GetRequiredService<Journal.Journal>();
        chips = services.GetRequiredService<ChipDirectory>();
        signals = services.GetRequiredService<VendSignals>();
        prices = services.GetRequiredService<MachinePrices>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    /// <summary>Holds a chip's money and the goods.</summary>
    /// <exception cref="RuleException">
    /// <c>session_invalid</c>, <c>order_missing</c>, <c>quantity_invalid</c>, <c>amount_invalid</c>, <c>slot_unknown</c>,
    /// <c>out_of_service</c>, <c>chip_unknown</c>, <c>chip_locked</c>, <c>chip_retired</c>, <c>chip_busy</c>,
    /// <c>insufficient_credit</c>, <c>sold_out</c>, <c>request_late</c>, <c>limit_day</c>, <c>limit_week</c>,
    /// <c>outside_hours</c>, <c>category_locked</c>, <c>age_proof_missing</c>; <c>idempotency_key_reused</c> for the same key
    /// with another wish.
    /// </exception>
    public async Task<MachineSale> ReserveAsync(Machine machine, MachineOrder order, CancellationToken ct)
    {
        RequireSound(order);
        var uid = order.Chip ?? throw new RuleException("tender_missing", "Say which chip pays.");
        var (lines, age, trouble) = await LinesAsync(machine, order, ct);
        var presented = await chips.FindAsync(machine.OrganizationId, uid, ct);
        if (machine.State is not MachineState.Active)
        {
            trouble = new RuleException("out_of_service", $"{machine.Name} is out of service.") { Hint = new("Out of service") };
        }
        else if (presented.Chip is null)
        {
            trouble ??= SellAtMachine.Unregistered();
        }

        if (order.Deadline < clock.GetUtcNow())
        {
            trouble = new RuleException("request_late", "This came after its deadline; nobody waits for it any more.");
        }

        var tender = presented.Chip?.Tender ?? Tender.Chip("");
        return await journal.ExecuteAsync(
            new SellAtMachine(
                NewVend(machine, tender, lines, order.Hold), order.Key, Asked(order, presented.Mark), trouble, signals)
            {
                Organization = machine.OrganizationId,
                Chip = presented.Chip,
                Machine = machine,
                AgeLimit = age,
            }, ct);
    }

    /// <summary>Books what a machine sold for coins and notes; out of service or sold out, it has happened.</summary>
    /// <exception cref="RuleException">
    /// <c>session_invalid</c>, <c>order_missing</c>, <c>quantity_invalid</c>, <c>amount_invalid</c>, <c>slot_unknown</c>;
    /// <c>idempotency_key_reused</c> for the same key with another sale.
    /// </exception>
    public async Task<MachineSale> CashSaleAsync(Machine machine, MachineOrder order, CancellationToken ct)
    {
        RequireSound(order);
        var (lines, _, trouble) = await LinesAsync(machine, order, ct);
        return await journal.ExecuteAsync(
            new SellAtMachine(
                NewVend(machine, Tender.Cash(machine.Id), lines, TimeSpan.Zero), order.Key, Asked(order, "cash"), trouble,
                signals)
            {
                Organization = machine.OrganizationId,
            }, ct);
    }

    /// <summary>The goods are out. After the money had gone back it is a late commit: booked all the same, and flagged.</summary>
    /// <param name="machine">The machine that says so.</param>
    /// <param name="vend">The sale.</param>
    /// <param name="amount">Minor units delivered; null for all that is held.</param>
    /// <param name="evidence">How it knows, a stable word.</param>
    /// <param name="ct">Cancels waiting, not the booking.</param>
    /// <exception cref="RuleException"><c>vend_unknown</c>, <c>delivered_above_hold</c>, <c>delivered_nothing</c>.</exception>
    public async Task<MachineSale> CommitAsync(
        Machine machine, Id<Vend> vend, long? amount, string evidence, CancellationToken ct) => await journal.ExecuteAsync(
            new SettleAtMachine(vend, machine.Id, delivered: true, evidence, signals)
            {
                Organization = machine.OrganizationId,
                Amount = amount,
                Command = await CommandOfAsync(vend, ct),
            }, ct);

    /// <summary>Nothing came out: what was held goes back.</summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>; <c>vend_status</c> once it was delivered.</exception>
    public async Task<MachineSale> CancelAsync(Machine machine, Id<Vend> vend, string reason, CancellationToken ct) =>
        await journal.ExecuteAsync(
            new SettleAtMachine(vend, machine.Id, delivered: false, reason, signals)
            {
                Organization = machine.OrganizationId,
                Command = await CommandOfAsync(vend, ct),
            }, ct);

    /// <summary>The machine failed to deliver, and says so outside the request that sold.</summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>; <c>vend_status</c> once it was delivered.</exception>
    public Task<MachineSale> FailedAsync(Machine machine, Id<Vend> vend, string reason, CancellationToken ct) =>
        CancelAsync(machine, vend, reason, ct);

    /// <summary>
    /// A machine names a sale by its pick-up code and says what became of it, when nobody waits for that any more. The code is
    /// taken for the sale that has it now, else for the newest of the last day that ended in nothing.
    /// </summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>; <c>vend_status</c> once it was settled the other way.</exception>
    public async Task<MachineSale> ReportedAsync(Machine machine, string code, bool delivered, CancellationToken ct)
    {
        var lately = clock.GetUtcNow() - TimeSpan.FromDays(1);
        var vend = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Machine == machine.Id && v.Code == code && v.StartedAt != null
                && (v.Status == VendStatus.Delivering || v.Status == VendStatus.Unknown
                    || (v.Status == VendStatus.Cancelled && v.SettledAt > lately)))
            .OrderBy(v => v.Status == VendStatus.Cancelled).ThenByDescending(v => v.ReservedAt)
            .FirstOrDefaultAsync(ct)
            ?? throw new RuleException("vend_unknown", $"{machine.Name} has no sale under this code.");
        return delivered
            ? await CommitAsync(machine, vend.Id, amount: null, "reported", ct)
            : await CancelAsync(machine, vend.Id, "machine_failed", ct);
    }

    /// <summary>Somebody who knows ends a doubt: a late report, the machine's counters, or staff.</summary>
    /// <param name="organization">Whose sale.</param>
    /// <param name="vend">The sale.</param>
    /// <param name="delivered">What is known.</param>
    /// <param name="reason">How, a stable word.</param>
    /// <param name="ct">Cancels waiting, not the booking.</param>
    /// <exception cref="RuleException"><c>vend_unknown</c>; <c>vend_status</c> once it was settled the other way.</exception>
    public async Task<VendStatus> ResolveAsync(
        Id<Organization> organization, Id<Vend> vend, bool delivered, string reason, CancellationToken ct)
    {
        if (!await db.Set<Vend>().AnyAsync(v => v.Id == vend && v.Organization == organization, ct)) throw Unknown(vend);
        return await journal.ExecuteAsync(
            new SettleVend(vend, delivered ? Settlement.Commit : Settlement.Cancel, reason, signals)
            {
                Organization = organization,
                Command = await CommandOfAsync(vend, ct),
            }, ct);
    }

    /// <summary>Minor units are printed with the invariant culture: the text is compared, not shown.</summary>
    private static string Asked(MachineOrder order, string payer) => string.Create(
        CultureInfo.InvariantCulture, $"{payer}:{order.Slot}:{order.Amount}:{order.Quantity}");

    private static RuleException Unknown(Id<Vend> vend) => new("vend_unknown", $"There is no vend {vend}.");

    private static void RequireSound(MachineOrder order)
    {
        if (order.Key.Length is 0 or > LongestKey || order.Key.Any(c => c is < '!' or > '~'))
        {
            throw new RuleException("session_invalid", "A session id is 1 to 64 printable ASCII characters without blanks.");
        }

        if (order.Slot is null && order.Amount is null) throw new RuleException("order_missing", "Say which slot, or the amount.");
        if (order.Slot is { Length: 0 or > 16 }) throw new RuleException("slot_unknown", "There is no such slot.");
        if (order.Quantity is < 1 or > Selling.MostPieces)
        {
            throw new RuleException("quantity_invalid", $"The quantity lies between 1 and {Selling.MostPieces}.");
        }

        if (order.Amount is { } amount && (amount < 1 || amount > order.Most || amount % order.Quantity != 0))
        {
            throw new RuleException("amount_invalid",
                $"The amount lies between 1 and {order.Most} minor units, the same for each piece.");
        }
    }

    private async Task<(IReadOnlyList<VendLine> Lines, int? AgeLimit, RuleException? Trouble)> LinesAsync(
        Machine machine, MachineOrder order, CancellationToken ct)
    {
        if (order.Slot is not { } code)
        {
            // The controller did not say which: there is no stock to follow and no product to name.
            // Where any of the machine's slots has an age limit, it could be that one.
            var age = order.Chip is null ? null : await (from slot in db.Set<Slot>().AsNoTracking()
                                                         join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                                                         where slot.MachineId == machine.Id
                                                         select product.AgeLimit).MaxAsync(ct);
            return ([new VendLine("", null, "Vend", order.Quantity, order.Amount!.Value / order.Quantity, 0)], age, null);
        }

        var found = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where slot.MachineId == machine.Id && slot.Code == code
                           select new { slot, product }).SingleOrDefaultAsync(ct);
        if (found is null) return ([], null, new RuleException("slot_unknown", $"{machine.Name} has no slot {code}."));
        // The price the customer saw is the one the machine's own controller asks for.
        var price = order.Amount is { } amount ? amount / order.Quantity : (await prices.AtAsync(machine, ct)).Of(found.slot);
        return (
            [
                new VendLine(code, found.product.Id.Value, found.product.Name, order.Quantity, price, found.product.TaxBasisPoints)
                {
                    Category = found.product.Category,
                },
            ],
            found.product.AgeLimit, null);
    }

    private Vend NewVend(Machine machine, Tender tender, IReadOnlyList<VendLine> lines, TimeSpan hold)
    {
        var now = clock.GetUtcNow();
        return new Vend
        {
            Id = Id<Vend>.New(now),
            Organization = machine.OrganizationId,
            Machine = machine.Id,
            Tender = tender,
            Amount = new Money(VendRules.PriceOf(lines), machine.Currency),
            Lines = lines,
            Deadline = now + hold,
            ReservedAt = now,
        };
    }

    private async Task<Id<MachineCommand>?> CommandOfAsync(Id<Vend> vend, CancellationToken ct)
    {
        var found = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == vend).OrderByDescending(c => c.Id)
            .Select(c => new { c.Id }).FirstOrDefaultAsync(ct);
        return found?.Id;
    }
}
