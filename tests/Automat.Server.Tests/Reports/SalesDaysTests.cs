using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Reports;
using Automat.Server.Tests.Journal;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Amount = Automat.Server.Storefront.Amount;

#pragma warning disable RS0030 // A seed has to repeat its history; nothing secret is drawn.

namespace Automat.Server.Tests.Reports;

/// <summary>What days came to is what the sales say, whatever was delivered, called off and given back when.</summary>
public sealed class SalesDaysTests : IAsyncLifetime
{
    private const int Steps = 200;

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
    [Trait("Accepts", "S2-29")]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Days_are_the_sum_of_their_sales_after_any_history_and_computed_anew_they_are_the_same(int seed)
    {
        var organization = await host.AddOrganizationAsync($"Days {seed}");
        await SellAsync(organization, new Random(seed));
        await CatchUpAsync(organization);

        var vends = await QueryAsync(db => db.Set<Vend>().AsNoTracking().Where(v => v.Organization == organization).ToListAsync());
        var machines = await MachinesAsync(organization);
        var products = await ProductsAsync(organization);
        Assert.Equal(Expected(vends), machines.ToDictionary(
            d => (d.Day, d.MachineId, d.Tender), d => (d.Sales, d.Failed, d.GivenBack, d.Gross, d.Tax, d.Refunded)));
        Assert.Equal(
            Delivered(vends).SelectMany(v => v.Lines).GroupBy(l => l.Name).ToDictionary(g => g.Key, g => (
                g.Sum(l => (long)l.Pieces), g.Sum(l => l.IsByWeight ? (long)l.Quantity : 0), g.Sum(l => l.Total))),
            products.GroupBy(d => d.Name).ToDictionary(g => g.Key, g => (g.Sum(d => d.Pieces), g.Sum(d => d.Grams), g.Sum(d => d.Gross))));
        Assert.Equal(machines.Sum(d => d.Refunded), products.Sum(d => d.Refunded));
        Assert.Equal(machines.Sum(d => d.Tax), products.Sum(d => d.Tax));
        var booked = await TaxesAsync(organization);
        Assert.Equal(booked, products.GroupBy(d => new TaxRate(d.TaxBasisPoints).ToString()).Select(g => (g.Key, Left: g.Sum(d => d.Tax - d.TaxRefunded)))
            .Where(t => t.Left != 0).ToDictionary(t => t.Key, t => t.Left)); // to the cent what the ledger says is owed

        await using (var superuser = await database.SuperuserConnectionAsync())
        await using (var forget = new NpgsqlCommand(
            $"delete from machine_days where organization_id = '{organization}'; delete from product_days where organization_id = '{organization}'; "
            + $"delete from machine_spans where organization_id = '{organization}'; delete from tender_days where organization_id = '{organization}'; "
            + $"delete from failure_days where organization_id = '{organization}'; "
            + $"delete from report_marks where organization_id = '{organization}'", superuser))
        {
            await forget.ExecuteNonQueryAsync();
        }

        await CatchUpAsync(organization);
        Assert.Equal(machines, await MachinesAsync(organization));
        Assert.Equal(products, await ProductsAsync(organization));
    }

    [Theory]
    [Trait("Accepts", "S2-29")]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Reports_of_any_days_are_the_sum_of_those_days_whether_read_from_days_or_from_weeks_and_four_weeks(int seed)
    {
        var organization = await host.AddOrganizationAsync($"Weeks {seed}");
        var dice = new Random(seed);
        await SellAsync(organization, dice);
        await CatchUpAsync(organization);
        var all = await MachinesAsync(organization);
        Assert.True(all.Select(d => Spans.StartOf(d.Day, Spans.FourWeeks)).Distinct().Count() > 2);

        for (var i = 0; i < 20; i++)
        {
            var from = DateOnly.FromDateTime(TestSales.Now.UtcDateTime).AddDays(-dice.Next(0, 80));
            var period = new Period(from, from.AddDays(dice.Next(0, 80)));
            List<MachineDay> own = [.. all.Where(d => d.Day >= period.From && d.Day <= period.To)];
            var before = all.Where(d => d.Day >= period.Before.From && d.Day <= period.Before.To).Sum(d => d.Gross);
            foreach (var kind in new[] { ReportKind.Days, ReportKind.Machines, ReportKind.Tenders })
            {
                var report = await QueryAsync(db => new DayReports(db).MakeAsync(organization, kind, period, default));
                Assert.Equal(
                    (own.Sum(d => d.Sales), own.Sum(d => d.Failed), own.Sum(d => d.Gross), own.Sum(d => d.Refunded), own.Sum(d => d.Tax), before),
                    (Sum(report, "Column.Sales"), Sum(report, "Column.Failed"), Sum(report, "Column.Gross"), Sum(report, "Column.Refunded"),
                        Sum(report, "Column.Tax"), Sum(report, "Column.Before")));
            }

            var cash = await QueryAsync(db => new CashReport(db).MakeAsync(
                organization, period, day => new DateTimeOffset(day, default, TimeSpan.Zero), default));
            Assert.Equal(own.Where(d => d.Tender is TenderKind.Cash).Sum(d => d.Gross), Sum(cash, "Column.CashSold"));
            var byMachine = await QueryAsync(db => new DayReports(db).MakeAsync(organization, ReportKind.Machines, period, default));
            Assert.Equal(
                own.GroupBy(d => d.MachineId).Select(g => g.Sum(d => d.Sales)).Where(sales => sales > 0).Order(),
                byMachine.Rows.Select(row => (long)row.Cells[1]!).Where(sales => sales > 0).Order());
        }
    }

    private static long Sum(Report report, string title)
    {
        var column = report.Columns.TakeWhile(c => c.Title != title).Count();
        return report.Sums.Sum(row => row.Cells[column] is Amount money ? money.Minor : (long)row.Cells[column]!);
    }

    /// <summary>Sells on several days for several kinds of money, at two machines; the days are computed now and then meanwhile.</summary>
    private async Task SellAsync(Id<Organization> organization, Random dice)
    {
        var sales = new TestSales(organization);
        var sold = new List<Guid>();
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                switch (dice.Next(8))
                {
                    case 0 or 1 or 2:
                        sold.Add(await host.Journal.ExecuteAsync(sales.Reserve($"{organization}:{step}", Draw(sales, dice))));
                        break;
                    case 3 or 4 when sold.Count > 0:
                        await host.Journal.ExecuteAsync(sales.Settle(sold[dice.Next(sold.Count)], Settlement.Commit));
                        break;
                    case 5 when sold.Count > 0:
                        await host.Journal.ExecuteAsync(sales.Settle(sold[dice.Next(sold.Count)], Settlement.Cancel));
                        break;
                    case 6 when sold.Count > 0:
                        await host.Journal.ExecuteAsync(sales.Refund($"{organization}:{step}", sold[dice.Next(sold.Count)], dice.Next(1, 400)));
                        break;
                    default:
                        if (dice.Next(4) == 0) await CatchUpAsync(organization);
                        break;
                }
            }
            catch (RuleException)
            {
                // Refused: nothing of it may be in the days, which is what is checked.
            }
        }
    }

    private static Vend Draw(TestSales sales, Random dice)
    {
        var lines = Enumerable.Range(0, dice.Next(1, 4)).Select(i => new VendLine(
            string.Create(CultureInfo.InvariantCulture, $"A{i}"), null, dice.Next(2) == 0 ? "Pie" : "Tea", dice.Next(1, 4), dice.Next(1, 133),
            dice.Next(3) switch { 0 => 0, 1 => 700, _ => 1_900 })).Select(l => dice.Next(3) > 0 ? l : Weighed(l, dice)).ToList();
        var machine = MachineId.Parse(dice.Next(2) == 0 ? "SNACK-1" : "SNACK-2");
        var vend = sales.Of(dice.Next(3) == 0 ? Tender.Cash(machine) : Tender.Paid("stripe"), amount: lines.Sum(l => l.Total));
        return vend with
        {
            Machine = machine,
            Lines = lines,
            ReservedAt = TestSales.Now.AddHours(-dice.Next(0, 1_500)),
        };
    }

    private static VendLine Weighed(VendLine line, Random dice) =>
        line with { Name = "Cheese", Quantity = dice.Next(50, 3_000), UnitPrice = dice.Next(10, 1_000), IsByWeight = true };

    private static Dictionary<(DateOnly, MachineId, TenderKind), (long, long, long, long, long, long)> Expected(List<Vend> vends) => vends
        .Where(v => !VendLife.IsOpen(v.Status))
        .GroupBy(v => (DateOnly.FromDateTime(v.ReservedAt.UtcDateTime), v.Machine, v.Tender.Kind))
        .ToDictionary(g => g.Key, g =>
        {
            List<Vend> done = [.. Delivered(g)];
            return ((long)done.Count, (long)g.Count(v => v.Status is VendStatus.Cancelled), (long)done.Count(v => v.Refunded > 0),
                done.Sum(v => v.Delivered), done.Sum(v => VendRules.TaxOf(v.Lines).Sum(t => t.Tax)), done.Sum(v => v.Refunded));
        });

    private static IEnumerable<Vend> Delivered(IEnumerable<Vend> vends) =>
        vends.Where(v => v.Status is VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded);

    private Task<List<MachineDay>> MachinesAsync(Id<Organization> organization) => QueryAsync(db => db.Set<MachineDay>().AsNoTracking()
        .Where(d => d.OrganizationId == organization).OrderBy(d => d.Day).ThenBy(d => d.MachineId).ThenBy(d => d.Tender).ToListAsync());

    private Task<List<ProductDay>> ProductsAsync(Id<Organization> organization) => QueryAsync(db => db.Set<ProductDay>().AsNoTracking()
        .Where(d => d.OrganizationId == organization).OrderBy(d => d.Day).ThenBy(d => d.Name).ThenBy(d => d.TaxBasisPoints).ToListAsync());

    private async Task<Dictionary<string, long>> TaxesAsync(Id<Organization> organization)
    {
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"select substr(account, 5), amount from balances where organization_id = '{organization}' and account like 'tax:%' and amount <> 0", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var taxes = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync()) taxes[reader.GetString(0)] = reader.GetInt64(1);
        return taxes;
    }

    private async Task CatchUpAsync(Id<Organization> organization)
    {
        await using var connection = await host.Services.GetRequiredService<CrossingDataSource>().Source.OpenConnectionAsync();
        await SalesDays.CatchUpAsync(connection, organization, TestSales.Now, default);
    }

    private async Task<T> QueryAsync<T>(Func<AutomatDb, Task<T>> query)
    {
        await using var scope = host.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test looks");
        return await query(scope.ServiceProvider.GetRequiredService<AutomatDb>());
    }
}
