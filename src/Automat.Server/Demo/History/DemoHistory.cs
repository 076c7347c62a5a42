using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Temperatures;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Demo.History;

/// <summary>
/// Months of sales for the demo, booked before the server takes any of its own: dashboards and reports of an empty database
/// show nothing. They go through the journal's own batches, so that the ledger proves them like any other.
/// </summary>
internal sealed class DemoHistory(IServiceProvider services, Id<Organization> organization, TimeProvider clock)
{
    private const int BatchSize = 250;
    private const int TopUpEvery = 14; // days
    private static readonly Money Credit = new(3_500, Currency.Parse("EUR"));
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private readonly List<IJournalWork> waiting = [];
    private readonly List<Task> answers = [];
    private readonly Id<Chip>[] chips = new Id<Chip>[PastDays.Chips];
    private Dictionary<string, VendLine[]> shelves = [];
    private Currency currency;
    private int number;

    /// <summary>Books them once; on a database that has sold anything nothing happens.</summary>
    /// <param name="days">How far back; 0: not at all.</param>
    /// <param name="ct">Stops between two batches.</param>
    public async Task EnsureAsync(int days, CancellationToken ct)
    {
        if (days == 0 || !await ReadAsync(ct)) return;
        var today = LocalTime.DayAt(clock.GetUtcNow(), Zone);
        await IssueChipsAsync(LocalTime.StartOf(today.AddDays(-days), Zone), ct);
        for (var day = today.AddDays(-days); day <= today; day = day.AddDays(1))
        {
            if ((today.DayNumber - day.DayNumber) % TopUpEvery == 0) await TopUpAsync(LocalTime.StartOf(day, Zone), ct);
            foreach (var sale in PastDays.SalesOf(day, Zone))
            {
                if (sale.At > clock.GetUtcNow().AddMinutes(-15)) break;
                await AddAsync(sale, ct);
            }
        }

        await CommitAsync(clock.GetUtcNow(), ct);
        await KeepTemperaturesAsync(ct);
    }

    /// <summary>What there is to sell; false where something was sold already.</summary>
    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        if (await db.Set<Vend>().AnyAsync(ct)) return false;
        currency = (await db.Set<Organization>().SingleAsync(o => o.Id == organization, ct)).Currency;
        var rows = await (from slot in db.Set<Slot>()
                          join product in db.Set<Product>() on slot.ProductId equals product.Id
                          orderby slot.MachineId, slot.Code
                          select new { slot.MachineId, slot.Code, slot.Price, Product = product }).ToListAsync(ct);
        shelves = rows.GroupBy(r => r.MachineId.Value, StringComparer.Ordinal).ToDictionary(
            machine => machine.Key,
            machine => machine.Select(r => new VendLine(r.Code, r.Product.Id.Value, r.Product.Name, 1, r.Price, r.Product.TaxBasisPoints)
            {
                Category = r.Product.Category,
            }).ToArray(),
            StringComparer.Ordinal);
        // Only the demo's own machines have habits; somebody's own currency makes other prices believable.
        return DemoCatalog.Planograms.All(p => shelves.TryGetValue(p.Key, out var shelf) && shelf.Length == p.Value.Length);
    }

    private async Task IssueChipsAsync(DateTimeOffset at, CancellationToken ct)
    {
        var ring = await services.GetRequiredService<ChipKeys>().OfAsync(organization, ct);
        for (var i = 0; i < chips.Length; i++)
        {
            var uid = ChipUid.Parse($"04D0000000{i:X2}80");
            var chip = IssueChip.NewChip(
                organization, new IssueChipRequest(null, $"Team chip {i + 1}"), group: null, ring.Hash(uid), ring.Newest, at);
            chips[i] = chip.Id;
            Add(new BookIssue(chip, ring.Hashes(uid), Signature, key: null, "") { Organization = organization, TopUp = Credit with { Currency = currency } });
        }

        await CommitAsync(at, ct);
    }

    private async Task TopUpAsync(DateTimeOffset at, CancellationToken ct)
    {
        await CommitAsync(at, ct);
        foreach (var chip in chips)
        {
            Add(new BookTopUp(chip, Credit with { Currency = currency }, CreditSource.Desk, "at the desk", $"past:{chip}:{at:yyyyMMdd}", Signature)
            {
                Organization = organization,
            });
        }

        await CommitAsync(at, ct);
    }

    private async Task AddAsync(PastSale sale, CancellationToken ct)
    {
        var shelf = shelves[sale.Machine.Value];
        Add(new BookPastSale(
            sale, ++number, [.. sale.Goods.Select(g => shelf[g.Place] with { Quantity = g.Quantity })], currency,
            sale.Money is PastMoney.Chip ? chips[sale.Chip] : null)
        {
            Organization = organization,
        });
        if (waiting.Count >= BatchSize) await CommitAsync(sale.At, ct);
    }

    private void Add<TAnswer>(JournalCommand<TAnswer> command)
    {
        waiting.Add(command);
        answers.Add(command.Answer);
    }

    private async Task CommitAsync(DateTimeOffset at, CancellationToken ct)
    {
        if (waiting.Count == 0) return;
        await using var connection = await services.GetRequiredService<JournalDataSource>().Source.OpenConnectionAsync(ct);
        var tables = services.GetServices<JournalTableFactory>().Select(f => f.Create());
        await new JournalBatch(waiting, tables).RunAsync(connection, at, ct);
        await Task.WhenAll(answers);
        waiting.Clear();
        answers.Clear();
    }

    /// <summary>Three days of a fridge that cools, and is opened at noon.</summary>
    private async Task KeepTemperaturesAsync(CancellationToken ct)
    {
        var log = services.GetRequiredService<TemperatureLog>();
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization);
        var fridge = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .SingleAsync(m => m.Id == MachineId.Parse("fridge-1"), ct);
        var now = clock.GetUtcNow();
        for (var at = now.AddDays(-3); at < now.AddMinutes(-10); at = at.AddMinutes(10))
        {
            var hour = LocalTime.At(at, Zone).TimeOfDay.TotalHours;
            var opened = 180 * Math.Exp(-Math.Pow(hour - 12.5, 2));
            log.Note(fridge, "temperature", (int)(420 + (60 * Math.Sin(at.ToUnixTimeSeconds() / 1_500d)) + opened), at);
        }

        await log.FlushAsync(ct);
    }

    private static AuditSignature Signature { get; } = AuditSignature.Of(Actor.Of("demo-history"));
}
