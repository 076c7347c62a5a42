using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>Only the owner writes its tables. Reading another's is listed here, one by one.</summary>
public sealed class TableTests
{
    // Public entities read along an arrow, for lists that join tables. Domain types carry their full names.
    private static readonly Dictionary<string, string[]> Readers = new()
    {
        ["Audit"] = ["Automat.Domain.Organization"], // whose logs there are
        ["Books"] =
        [
            "Automat.Domain.Organization", "Automat.Domain.Vends.Vend", "Chips.Chip", "Ledger.Balance", "Ledger.LedgerEntry",
            "Ledger.LedgerHead", "Machines.Machine",
        ],
        ["Catalog"] = ["Automat.Domain.Organization"], // locked while a product gets its number
        ["Chips"] =
        [
            "Automat.Domain.Organization", // its currency
            "Automat.Domain.Vends.Vend", // what is held for a chip, what it bought
            "Machines.Machine", // the group it bought at
        ],
        ["Counter"] = ["Automat.Domain.Organization", "Catalog.Product", "Machines.Machine", "Machines.Slot"],
        ["Dashboard"] =
        [
            "Automat.Domain.Claims.Claim", "Automat.Domain.Organization", "Automat.Domain.Refunds.RefundCase", "Automat.Domain.Vends.Vend",
            "Catalog.Product", "Machines.Machine", "Machines.Slot", "Payments.Payback",
        ],
        ["Debts"] = ["Automat.Domain.Holds.Debt", "Automat.Domain.Vends.Vend", "Machines.Machine"], // where it was taken
        ["Dex"] =
        [
            "Automat.Domain.Vends.Vend", "Machines.Machine", "Machines.Slot", // what the books have, held against counters
            "Books.LedgerPosting", "Books.PostingMark", "Ledger.LedgerEntry", // what was in a machine when it was emptied
            "Stock.RestockVisit", // bags that wait to be counted
        ],
        ["Ledger"] = ["Automat.Domain.Organization", "Automat.Domain.Vends.Vend"], // verification compares them with the books
        ["Machines"] = ["Automat.Domain.Organization", "Catalog.Product"], // a new machine's currency; what lies in slots
        ["Machines.Drivers.Arcade"] = ["Machines.Slot", "Payments.MachineLink"],
        ["Machines.Drivers.Fridge"] = ["Automat.Domain.Vends.Vend", "Catalog.Product", "Machines.Machine", "Machines.Slot"],
        ["Machines.Drivers.Native"] = ["Catalog.Product", "Machines.Machine", "Machines.MachineCommand", "Machines.Slot"],
        ["Machines.Drivers.Robot"] = ["Catalog.Product", "Machines.Slot"],
        ["Machines.Drivers.VmFlow"] = ["Machines.Machine"], // which one has a board's client id
        ["Messages"] = ["Automat.Domain.Organization", "Machines.Machine"], // whom it goes to, and what it is about
        ["Privacy"] = ["Automat.Domain.Organization"], // whose data each keeps how long
        ["Orders"] = ["Automat.Domain.Vends.Vend", "Machines.Machine", "Payments.Purchase"], // what became of it, and where it is collected
        ["Push"] = ["Automat.Domain.Vends.Vend", "Orders.Order", "Payments.Payback", "Payments.Purchase"], // what became of it, told to devices
        ["Refunds"] =
        [
            "Automat.Domain.Organization", "Automat.Domain.Vends.Vend", "Machines.MachineCommand", "Payments.Payback",
            "Payments.Purchase",
        ],
        ["Reports"] =
        [
            "Automat.Domain.Organization", "Automat.Domain.Vends.Vend", "Books.Closing", "Catalog.Product", "Catalog.ProductCost", "Chips.Chip",
            "Chips.ChipGroup", "Dex.CashCollection", "Ledger.Balance", "Ledger.LedgerEntry", "Ledger.LedgerHead", "Machines.Machine",
            "Machines.Slot", "Stock.StockMovement",
        ],
        ["Settings"] = ["Automat.Domain.Organization"],
        ["Settlements"] =
        [
            "Automat.Domain.Organization", "Automat.Domain.Vends.Vend", "Books.LedgerPosting", "Ledger.LedgerEntry", "Machines.Machine",
            "Payments.DisputeCase",
        ],
        ["Shop"] = ["Automat.Domain.Organization", "Catalog.Product", "Machines.Machine", "Machines.Slot"],
        ["Stock"] = ["Catalog.Product", "Machines.Machine", "Machines.Slot"],
        ["Vends"] =
        [
            "Automat.Domain.Holds.CardHold", "Automat.Domain.Holds.Debt", "Automat.Domain.Organization", "Catalog.Product", "Machines.Machine",
            "Ledger.LedgerEntry", "Ledger.LedgerHead", // what became of sales, told to channels
            "Machines.MachineCommand", "Machines.Slot", "Payments.InboxEvent", "Payments.MachineLink", "Payments.Payback", "Payments.Purchase",
        ],
    };

    private static Tables Server => new(Codebase.ServerModules, Codebase.Server.Types);

    private static Tables Twins => new(Codebase.TwinModules, Codebase.Twins);

    [Fact]
    public void Only_the_owner_writes_a_table_and_others_read_what_is_listed() => Breach.None(Server.Breaches(Readers));

    [Fact]
    public void The_owners_are_found()
    {
        Assert.Equal("Vends", Server.Names["vends"]);
        Assert.Equal("Machines", Server.Names["slots"]);
        Assert.Equal("Ledger", Server.Names["ledger_entries"]);
    }

    [Fact]
    public void A_foreign_table_is_reported_when_read_written_or_named_in_sql()
    {
        var breaches = Twins.Breaches(new Dictionary<string, string[]>()).ToList();

        Assert.Contains(breaches, b => b.StartsWith("Window (Front) reads Island.Note,", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("Window (Front) writes Island.Note,", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("Window (Front) writes Island.Note as island_notes", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("Window (Front) reads Island.Note as island_notes in SQL,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reader_is_allowed_to_read_and_not_to_write()
    {
        var breaches = Twins.Breaches(new Dictionary<string, string[]> { ["Front"] = ["Island.Note"] }).ToList();

        Assert.DoesNotContain(breaches, b => b.StartsWith("Window (Front) reads", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("Window (Front) writes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reader_that_no_longer_reads_is_reported()
    {
        var breaches = Twins.Breaches(new Dictionary<string, string[]> { ["Store"] = ["Island.Note"] });

        Assert.Contains("Store is listed as reading Island.Note and does not: remove it from TableTests.", breaches);
    }
}
