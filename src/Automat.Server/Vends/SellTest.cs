using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>
/// Books a test: a sale free of charge, with its machine's command, in one step. From there on it is a sale like any other:
/// what the machine says commits or cancels it, silence is a doubt, and what left the machine leaves the stock.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="line">One piece of one slot.</param>
/// <param name="terms">What the machine's driver needs.</param>
/// <param name="key">Of this test.</param>
/// <param name="by">Who tests.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class BookTest(
    Machine machine, VendLine line, DeliveryTerms terms, Guid key, AuditSignature by, VendSignals signals) : JournalCommand<TestSold>
{
    public override string Key => $"test-sale:{machine.Id}:{key}";

    public override string Fingerprint => line.Slot;

    public override void Ask(JournalRows rows)
    {
        Goods.Ask(rows, machine.Id, [line]);
        if (terms.UsesCode) rows.Of<LiveCodes>().Ask(machine.Id);
    }

    public override TestSold Decide(JournalRows rows, DateTimeOffset now)
    {
        Goods.Hold(rows, machine.Id, [line]);
        var code = terms.UsesCode ? rows.Of<LiveCodes>().Draw(machine.Id) : null;
        if (terms.UsesCode && code is null) throw new RuleException("codes_exhausted", "No pick-up code is free at this moment.");
        var id = Id<Vend>.New(now);
        var book = new VendBook(rows, now, signals);
        var vend = book.Keep(
            VendRules.Reserve(new Vend
            {
                Id = id,
                Organization = Organization,
                Machine = machine.Id,
                Tender = Tender.Test(id.ToString()),
                Amount = new Money(line.Total, machine.Currency),
                Lines = [line],
                Code = code,
                Deadline = now + terms.TakeWithin,
                ReservedAt = now,
            }), "");
        book.Send(vend, terms.CommandKind, new DeliveryPayload(line.Quantity, code, Email: "")
        {
            Amount = line.Total,
            Items = [new DeliveryItem(line.Slot, line.Quantity)],
        });
        rows.Of<AuditRows>().Note(Organization, by, now, "machine.test_sold", "vend", id.ToString(), $"machine {machine.Id}, slot {line.Slot}");
        return new TestSold(id.Value, code);
    }
}

/// <summary>Has a machine sell one piece to nobody, so that staff see the whole way of a sale work without money.</summary>
internal sealed class SellTest(AutomatDb db, Journal.Journal journal, Selling selling, DriverRegistry drivers, VendSignals signals, Actor actor)
{
    /// <summary>Books it; the machine is told at once. A repeat under the same key gets the first answer.</summary>
    /// <exception cref="RuleException">
    /// <c>machine_unknown</c>, <c>test_unsupported</c>, <c>slot_unknown</c>, <c>sold_out</c>, <c>codes_exhausted</c>,
    /// <c>amount_invalid</c> for a slot that costs nothing, and why the machine is not ready.
    /// </exception>
    public async Task<TestSold> RunAsync(ClaimsPrincipal caller, string id, string slot, Guid key, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(caller, id, ct);
        // A door opens against a hold on somebody's card: there is none to test with.
        if (drivers.Of(machine) is null || drivers.TermsOf(machine) is not { HoldAmount: null } terms)
            throw new RuleException("test_unsupported", $"{machine.Name} sells nothing without a customer.");
        var lines = await selling.LinesAsync(machine, [new Wish(slot, 1)], ct);
        await Readiness.RequireAsync(db, drivers, machine, ct);
        if (drivers.WhyNotDeliver(machine, 1, new Money(VendRules.PriceOf(lines), machine.Currency)) is { } never)
            throw new RuleException(never, $"{machine.Name} cannot deliver this.");
        return await journal.ExecuteAsync(
            new BookTest(machine, lines[0], terms, key, AuditSignature.Of(actor), signals) { Organization = machine.OrganizationId }, ct);
    }
}
