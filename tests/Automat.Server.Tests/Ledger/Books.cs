using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Ledger;

/// <summary>A database with some days' trade in it, made by the product's own commands; tests take copies and spoil them.</summary>
public sealed class Books : IAsyncLifetime
{
    /// <summary>A chip with a name that JSON has to escape.</summary>
    private const string Odd = "04:\"A\\B\"ü\n\u0001";

    private TestDatabase database = null!;

    /// <summary>The organisation whose books they are.</summary>
    public Id<Organization> Organization { get; private set; }

    /// <summary>How many entries it has.</summary>
    public const long Entries = 24;

    /// <summary>A sale that is still open.</summary>
    internal Id<Vend> Open { get; private set; }

    public Task<TestDatabase> CopyAsync() => database.CopyAsync();

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);
        Organization = host.Organization;
        var till = new Till(host, Organization);
        await till.TradeAsync();
        Open = await till.ReserveAsync(Tender.Chip(Odd), 150);
        await till.ReserveAsync(Tender.Paid("stripe"), 275);

        var other = new Till(host, await host.AddOrganizationAsync("Neighbour", Currency.Parse("CHF")));
        await other.TradeAsync();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private sealed class Till(JournalHost host, Id<Organization> organization)
    {
        private static readonly MachineId Machine = MachineId.Parse("snack-1");
        private readonly VendSignals signals = host.Services.GetRequiredService<VendSignals>();
        private int number;

        /// <summary>22 entries.</summary>
        public async Task TradeAsync()
        {
            await GiveCreditAsync(Odd, 5_000);
            await GiveCreditAsync("0A1B2C3D", 1_000);
            for (var i = 0; i < 4; i++)
            {
                var chip = await ReserveAsync(Tender.Chip(i % 2 == 0 ? Odd : "0A1B2C3D"), 199);
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
                Id = Id<Vend>.New(now), Organization = organization, Machine = Machine, Tender = tender,
                Amount = new Money(amount, Currency), Deadline = now.AddMinutes(5), ReservedAt = now,
                Lines = [new VendLine("A1", null, "Cola \"zero\"", 1, amount, 1900)],
                Session = tender.Kind is TenderKind.Chip ? null : $"cs_{organization}_{++number}",
            };
            await host.Journal.ExecuteAsync(
                new ReserveVend(vend, $"reserve:{vend.Id}", signals) { Organization = organization });
            return vend.Id;
        }

        private Currency Currency => organization == host.Organization ? Currency.Eur : Currency.Parse("CHF");

        private Task<long> GiveCreditAsync(string chip, long amount) => host.Journal.ExecuteAsync(
            new GiveCredit(chip, new Money(amount, Currency)) { Organization = organization });

        private Task<VendStatus> SettleAsync(Id<Vend> vend, Settlement settlement) => host.Journal.ExecuteAsync(
            new SettleVend(vend, settlement, "tested", signals) { Organization = organization });

        private Task<VendStatus> RefundAsync(Id<Vend> vend, long amount) => host.Journal.ExecuteAsync(
            new RefundVend(vend, amount, "tested", $"refund:{vend}:{++number}", signals) { Organization = organization });
    }

    /// <summary>Puts credit on a chip: <c>counter −a, chip +a</c>.</summary>
    private sealed class GiveCredit(string chip, Money amount) : JournalCommand<long>
    {
        public override string Key => $"credit:{chip}:{amount}";

        public override long Decide(JournalRows rows, DateTimeOffset now) => rows.Book(
            Organization,
            LedgerDraft.Of("chip.credited", amount.Currency, Details.None.With("chip", chip),
                new Posting("counter", -amount.Amount), new Posting(Accounts.Chip(chip), amount.Amount)), now)!.Value;
    }
}
