using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Ledger;

/// <summary>Sells, by the product's own commands.</summary>
internal sealed class Till(JournalHost host, Id<Organization> organization)
{
    private static readonly MachineId Machine = MachineId.Parse("snack-1");
    private readonly VendSignals signals = host.Services.GetRequiredService<VendSignals>();
    private int number;

    /// <summary>22 entries.</summary>
    public async Task TradeAsync()
    {
        await GiveCreditAsync(Books.Odd, 5_000);
        await GiveCreditAsync("0A1B2C3D", 1_000);
        for (var i = 0; i < 4; i++)
        {
            var chip = await ReserveAsync(Tender.Chip(i % 2 == 0 ? Books.Odd : "0A1B2C3D"), 199);
            await SettleAsync(chip, i == 3 ? Settlement.Cancel : Settlement.Commit);
            var card = await ReserveAsync(Tender.Paid("stripe"), 350);
            await SettleAsync(card, i == 1 ? Settlement.Cancel : Settlement.Commit);
            if (i == 2) await RefundAsync(card, 100);
            if (i == 3) await RefundAsync(card, 350);
        }

        await SettleAsync(await ReserveAsync(Tender.Authorised("stripe"), 120), Settlement.Commit);
    }

    public async Task<Id<Vend>> ReserveAsync(Tender tender, long amount)
    {
        var now = TimeProvider.System.GetUtcNow();
        var vend = new Vend
        {
            Id = Id<Vend>.New(now),
            Organization = organization,
            Machine = Machine,
            Tender = tender,
            Amount = new Money(amount, Currency),
            Deadline = now.AddMinutes(5),
            ReservedAt = now,
            Lines = [new VendLine("A1", null, "Cola \"zero\"", 1, amount, 1900)],
            Session = tender.Kind is TenderKind.Chip ? null : $"cs_{organization}_{Interlocked.Increment(ref number)}",
        };
        await host.Journal.ExecuteAsync(
            new ReserveVend(vend, $"reserve:{vend.Id}", signals) { Organization = organization });
        return vend.Id;
    }

    private Currency Currency => organization == host.Organization ? Currency.Eur : Currency.Parse("CHF");

    private Task<long> GiveCreditAsync(string chip, long amount) => host.Journal.ExecuteAsync(
        new GiveCredit(chip, new Money(amount, Currency)) { Organization = organization });

    public Task<VendStatus> SettleAsync(Id<Vend> vend, Settlement settlement) => host.Journal.ExecuteAsync(
        new SettleVend(vend, settlement, "tested", signals) { Organization = organization });

    private Task<VendStatus> RefundAsync(Id<Vend> vend, long amount) => host.Journal.ExecuteAsync(
        new RefundVend(vend, amount, "tested", $"refund:{vend}:{Interlocked.Increment(ref number)}", signals)
        {
            Organization = organization,
        });
}

/// <summary>Puts credit on a chip: <c>counter −a, chip +a</c>.</summary>
internal sealed class GiveCredit(string chip, Money amount) : JournalCommand<long>
{
    public override string Key => $"credit:{chip}:{amount}";

    public override long Decide(JournalRows rows, DateTimeOffset now) => rows.Book(
        Organization,
        LedgerDraft.Of("chip.credited", amount.Currency, Details.None.With("chip", chip),
            new Posting("counter", -amount.Amount), new Posting(Accounts.Chip(chip), amount.Amount)), now)!.Value;
}
