using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Refunds;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

#pragma warning disable RS0030 // A seed has to repeat its history; nothing secret is drawn.

namespace Automat.Server.Tests.Journal;

/// <summary>
/// Random histories of many chips through the real journal, by several callers at once: top up, reserve, deliver, cancel,
/// expire, doubt, deliver late, refund at once and with a second person, put a new chip in the place of a lost one. Whatever
/// happened, every promise of the books holds.
/// </summary>
public sealed class RandomHistoryTests : IAsyncLifetime
{
    private const int Callers = 8;
    private const int Steps = 60;
    private const int Chips = 6;

    private TestDatabase database = null!;
    private JournalHost host = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        host = await JournalHost.StartAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [Trait("Accepts", "S2-06")]
    [Trait("Accepts", "S2-09")]
    [Trait("Accepts", "S2-27")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Money_in_is_money_out_and_what_is_left_whatever_happens_in_whatever_order(int seed)
    {
        var organization = await host.AddOrganizationAsync($"History {seed}");
        await using var connection = await database.SuperuserConnectionAsync();
        var pocket = await Pocket.FillAsync(connection, organization);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            new Caller(host, organization, pocket, new Random((seed * 1_000) + caller), caller).RunAsync(Steps)));

        var books = await Books.CheckAsync(connection); // chain, sums, held against open sales, no chip below zero
        var chips = pocket.All.Sum(c => books.Balance(organization.Value, $"chip:{c}"));
        var paidIn = -books.Balance(organization.Value, "bank");
        var spent = await NumberAsync(connection, "sum(delivered - refunded)", organization);
        var held = await NumberAsync(connection, "sum(amount) filter (where status in ('Reserved', 'Delivering', 'Unknown'))", organization);
        Assert.True(paidIn == chips + spent + held, $"Seed {seed}: {paidIn} came in; {chips} are left, {spent} spent, {held} held.");
        Assert.Equal(0, await NumberAsync(connection, "count(*) filter (where refunded > delivered or delivered > amount)", organization));
        Assert.Contains("vend.refunded", books.Kinds);
        Assert.Contains("vend.committed_late", books.Kinds);
        Assert.Contains("chip.moved", books.Kinds);
        await using var waiting = new NpgsqlCommand(
            "select count(*) from refund_cases c join vends v on v.id = c.vend_id where c.status = 'Requested' "
            + "and c.amount > v.delivered - v.refunded", connection);
        Assert.Equal(0L, await waiting.ExecuteScalarAsync()); // what waits can still be paid
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string what, Id<Organization> organization)
    {
        await using var command = new NpgsqlCommand(
            $"select coalesce({what}, 0)::bigint from vends where organization_id = '{organization}'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The chips in use, and all there ever were.</summary>
    private sealed class Pocket
    {
        private readonly Id<Chip>[] current = new Id<Chip>[Chips];
        private readonly ConcurrentBag<Id<Chip>> all = [];

        public IReadOnlyCollection<Id<Chip>> All => all;

        public Id<Chip> this[int place] => current[place];

        public static async Task<Pocket> FillAsync(NpgsqlConnection connection, Id<Organization> organization)
        {
            var pocket = new Pocket();
            await using var key = new NpgsqlCommand(
                $"insert into chip_keys (organization_id, version, protected_key, created_at) values ('{organization}', 1, 'x', now())", connection);
            await key.ExecuteNonQueryAsync();
            for (var place = 0; place < Chips; place++)
            {
                var id = Id<Chip>.New(TestSales.Now);
                await using var chip = new NpgsqlCommand(
                    "insert into chips (id, organization_id, uid_hash, key_version, label, free_vend, employee, proof_of_age, credit_line, state, created_at) "
                    + $"values ('{id}', '{organization}', uuid_send('{id}'), 1, 'x', false, false, false, 0, 'Active', now())", connection);
                await chip.ExecuteNonQueryAsync();
                pocket.Put(place, id);
            }

            return pocket;
        }

        public void Put(int place, Id<Chip> chip)
        {
            all.Add(chip);
            current[place] = chip;
        }
    }

    /// <summary>One of several who sell to the same chips at once, each sales of their own.</summary>
    private sealed class Caller(JournalHost host, Id<Organization> organization, Pocket pocket, Random dice, int number)
    {
        private static readonly AuditSignature First = new(ActorKind.Person, "first", null, null, null);
        private static readonly AuditSignature Second = new(ActorKind.Person, "second", null, null, null);
        private static readonly RefundTrust Trust = new(TimeSpan.FromDays(30), 60);

        private readonly TestSales sales = new(organization);
        private readonly VendRefunds refunds = host.Services.GetRequiredService<VendRefunds>();
        private readonly List<Guid> sold = [];
        private readonly List<(Guid Case, Guid Vend)> asked = [];
        private readonly List<(Id<Chip> From, Id<Chip> To)> lost = [];

        public async Task RunAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                try
                {
                    await StepAsync($"{organization}:{number}:{step}");
                }
                catch (RuleException)
                {
                    // Refused: nothing of it may be in the books, which is what is checked.
                }
            }
        }

        private async Task StepAsync(string key)
        {
            var place = dice.Next(Chips);
            var chip = pocket[place].ToString();
            switch (dice.Next(13))
            {
                case 0 or 1:
                    await DoAsync(new TopUpOnce(chip, dice.Next(1, 400), key) { Organization = organization });
                    break;
                case 2 or 3:
                    var vend = sales.Of(Tender.Chip(chip), amount: dice.Next(100, 200)) with
                    {
                        Deadline = TestSales.Now.AddMinutes(dice.Next(2) == 0 ? -1 : 60),
                    };
                    sold.Add(await DoAsync(sales.Reserve(key, vend)));
                    break;
                case 4:
                    await SettleAsync(Settlement.Commit);
                    break;
                case 5:
                    await SettleAsync(Settlement.Cancel);
                    break;
                case 6:
                    await SettleAsync(Settlement.Overdue);
                    break;
                case 7:
                    await SettleAsync(Settlement.Doubt);
                    break;
                case 8 or 9: // little at once, more with a second person
                    var sale = One();
                    var answer = await DoAsync(new BookRefund(
                        new Id<Vend>(sale), dice.Next(1, 160), ("damaged", null), key, First, (Trust, TimeSpan.FromDays(7), "CODE"), refunds)
                    {
                        Organization = organization,
                    });
                    if (answer.Refund.Status == "requested") asked.Add((answer.Refund.Id, sale));
                    break;
                case 10:
                    var old = pocket[place];
                    var fresh = NewChip();
                    await DoAsync(new BookReplacement(old, fresh, [fresh.UidHash], Currency.Eur, (key, "lost", First)) { Organization = organization });
                    pocket.Put(place, fresh.Id);
                    lost.Add((old, fresh.Id));
                    break;
                case 11: // what came back to a lost one meanwhile
                    var (from, to) = lost.Count > 0 ? lost[dice.Next(lost.Count)] : default;
                    if (to != default) await DoAsync(new FollowReplacement(from, to, Currency.Eur) { Organization = organization });
                    break;
                default:
                    if (asked.Count == 0) break;
                    var (refund, of) = asked[dice.Next(asked.Count)];
                    var (which, vendOf) = (new Id<RefundCase>(refund), new Id<Vend>(of));
                    JournalCommand<RefundAnswer> decision = dice.Next(3) == 0
                        ? new RejectRefund(which, vendOf, "second", "no", Second, refunds) { Organization = organization }
                        : new ApproveRefund(which, vendOf, "second", Second, "CODE", refunds) { Organization = organization };
                    await DoAsync(decision);
                    break;
            }
        }

        private Chip NewChip()
        {
            var id = Id<Chip>.New(TestSales.Now);
            return new Chip
            {
                Id = id,
                OrganizationId = organization,
                UidHash = id.Value.ToByteArray(),
                Label = "",
                CreatedAt = TestSales.Now,
            };
        }

        private async Task SettleAsync(Settlement settlement) => await DoAsync(sales.Settle(One(), settlement));

        private Task<TAnswer> DoAsync<TAnswer>(JournalCommand<TAnswer> command) => host.Journal.ExecuteAsync(command);

        private Guid One() => sold.Count > 0 ? sold[dice.Next(sold.Count)] : throw new RuleException("nothing_sold", "Not yet.");
    }

    private sealed class TopUpOnce(string chip, long amount, string key) : JournalCommand<long>
    {
        public override string Key => $"top-up:{key}";

        public override long Decide(JournalRows rows, DateTimeOffset now) => rows.Book(
            Organization,
            LedgerDraft.Of("chip.topped_up", Currency.Eur, Details.None, new Posting("bank", -amount), new Posting(Accounts.Chip(chip), amount)),
            now)!.Value;
    }
}
