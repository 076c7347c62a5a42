using System.Globalization;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>A test sale, or why there is none.</summary>
/// <param name="Slots">What can be sold to nobody.</param>
/// <param name="WhyNot">Key of why nothing can; null where something can.</param>
/// <param name="Key">Makes sending the form twice one test.</param>
public sealed record TestView(IReadOnlyList<Choice> Slots, string? WhyNot, string Key);

/// <summary>Says what a machine can sell to nobody, so that staff see it work.</summary>
internal sealed class TestDesk(AutomatDb db, DriverRegistry drivers, MachinePrices prices, IStringLocalizer<Texts> texts)
{
    private const int MostSlots = 200;

    /// <summary>For its page; null for whoever may not test, and where its driver tests without a sale.</summary>
    public async Task<TestView?> LookAsync(Machine machine, HttpContext reader, CancellationToken ct)
    {
        if (!reader.User.Allows(Permission.MachineWrite) || machine.State is MachineState.Retired) return null;
        if (drivers.Of(machine) is not { } driver || driver.TestOf(machine) is not null) return null;
        if (driver.TermsOf(machine).HoldAmount is not null) return No("Test.Hold");
        if (drivers.WhyNotReady(machine) is not (null or "machine_busy")) return No("Test.NotReady");
        var rows = await (from slot in db.Set<Slot>().AsNoTracking()
                          join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                          where slot.MachineId == machine.Id && (slot.Capacity == null || slot.Stock > slot.Reserved)
                          orderby slot.Code
                          select new { slot, product.Name }).Take(MostSlots).ToListAsync(ct);
        var asked = await prices.AtAsync(machine, ct);
        // What costs nothing cannot be booked.
        Choice[] slots =
        [
            .. rows.Select(row => (row.slot.Code, row.Name, Price: asked.Of(row.slot))).Where(row => row.Price > 0)
                .Select(row => new Choice(row.Code, texts["Test.Slot", row.Code, row.Name, new Amount(row.Price, machine.Currency.Code)])),
        ];
        return slots.Length == 0
            ? No("Test.Empty")
            : new TestView(slots, null, Guid.CreateVersion7().ToString("D", CultureInfo.InvariantCulture));
    }

    private static TestView No(string why) => new([], why, "");
}
