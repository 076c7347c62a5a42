using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Automat.Server.Tests.Journal;

/// <summary>Makes the journal's commands for an organisation that sells pie on chips.</summary>
internal sealed class TestSales(Id<Organization> organization)
{
    public const long Price = 150;

    public static readonly MachineId Machine = MachineId.Parse("SNACK-1");

    public static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    // Wakes nobody, and hears of no other node: it never connects.
    private static readonly VendSignals Nobody = new(
        new PaybackSignal(),
        new CommandNews(new MachineChanges(
            new ServingDataSource(NpgsqlDataSource.Create("Host=nowhere")), Node.Draw(), TimeProvider.System,
            NullLogger<MachineChanges>.Instance)));

    public Id<Organization> Organization => organization;

    public TopUp TopUp(string chip, long amount) => new(chip, amount) { Organization = organization };

    public ReserveVend Reserve(string key, string chip, Guid? id = null, long amount = Price) =>
        Reserve(key, Of(Tender.Chip(chip), id, amount));

    public ReserveVend Reserve(string key, Vend vend) => new(vend, key, Nobody) { Organization = organization };

    public SettleVend Settle(Guid vend, Settlement settlement) =>
        new(new Id<Vend>(vend), settlement, "machine_told", Nobody) { Organization = organization };

    public RefundVend Refund(string key, Guid vend, long amount) =>
        new(new Id<Vend>(vend), amount, "stale", key, Nobody) { Organization = organization };

    public Vend Of(Tender tender, Guid? id = null, long amount = Price) => new()
    {
        Id = new Id<Vend>(id ?? Guid.CreateVersion7()),
        Organization = organization,
        Machine = Machine,
        Tender = tender,
        Amount = new Money(amount, Currency.Eur),
        Lines = [new VendLine("A1", null, "Pie", 1, Math.Min(amount, Price), 700)],
        Deadline = Now.AddMinutes(5),
        ReservedAt = Now,
    };
}

/// <summary>Money from outside onto a chip.</summary>
internal sealed class TopUp(string chip, long amount) : JournalCommand<long>
{
    public override string Key => $"top-up:{chip}:{amount}";

    public override long Decide(JournalRows rows, DateTimeOffset now) => rows.Book(
        Organization,
        LedgerDraft.Of("chip.topped_up", Currency.Eur, Details.None,
            new Posting("bank", -amount), new Posting(Accounts.Chip(chip), amount)),
        now)!.Value;
}

/// <summary>A command with a bug in it.</summary>
internal sealed class Faulty(string key) : JournalCommand<long>
{
    public override string Key => key;

    public override long Decide(JournalRows rows, DateTimeOffset now)
    {
        rows.Book(Organization, LedgerDraft.Of("never", Currency.Eur, Details.None, new("bank", -1), new("held", 1)), now);
        throw new InvalidOperationException("A bug.");
    }
}
