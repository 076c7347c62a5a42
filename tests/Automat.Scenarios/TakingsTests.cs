using System.Globalization;
using System.Net;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Dex;
using Automat.Server.Machines;
using Automat.Server.Reports;
using Automat.Server.Stock;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What is left of what was sold, what an empty slot misses, and who answers for which cash.</summary>
[Trait("Accepts", "S2-29")]
public sealed class TakingsTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task A_margin_is_of_the_cost_when_it_was_sold_and_unknown_costs_are_said_to_be_unknown()
    {
        await app.GivenMachineAsync("margin-1");
        await app.SetUpAsync("update products set cost = null where number = 1; delete from product_costs where product_id = (select id from products where number = 1)");
        await SellAsync("margin-1");
        await CatchUpAsync();

        var unknown = await shared.Auditor.GetAsync("/panel/reports?kind=machines");
        await CostsAsync(62); // the first cost anybody says counts for what was sold before, too
        await CatchUpAsync();
        var known = await shared.Auditor.GetAsync("/panel/reports?kind=products&format=csv");
        await CostsAsync(90); // a later one does not
        await app.SetUpAsync("update report_marks set sequence = 0");
        await CatchUpAsync();
        var later = await shared.Auditor.GetAsync("/panel/reports?kind=products&format=csv");
        await SellAsync("margin-1");
        await CatchUpAsync();
        var dearer = await shared.Auditor.GetAsync("/panel/reports?kind=products&format=csv");

        Assert.Contains("no cost known", unknown.Text, StringComparison.Ordinal);
        Assert.Contains("1.26 of goods whose cost", unknown.Text, StringComparison.Ordinal);
        // Pieces, takings, refunded, tax; then 1.26 without tax less 0.62, and its share in tenths of a percent.
        Assert.Contains("Candy,1,150,0,24,62,64,508,", Plain(known.Text), StringComparison.Ordinal);
        Assert.Contains("Candy,1,150,0,24,62,64,508,", Plain(later.Text), StringComparison.Ordinal);
        Assert.Contains("Candy,2,300,0,48,152,100,", Plain(dearer.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_a_slot_stood_empty_miss_what_it_sold_before_and_the_report_says_that_it_guesses()
    {
        await app.GivenMachineAsync("empty-1");
        const string Move =
            "insert into stock_movements (organization_id, at, kind, product_id, machine_id, slot, quantity) select p.organization_id, ";
        const string Of = ", p.id, 'empty-1', 'Z9', ";
        // Eight pieces for eight days, one sold each day; then nothing for a day; then filled, and emptied by a planner.
        await app.SetUpAsync($"{Move} now() - interval '10 days', 'Fill'{Of} 8 from products p where number = 2");
        await app.SetUpAsync($"{Move} now() - interval '10 days' + g * interval '1 day', 'Sale'{Of} -1 from products p, generate_series(1, 8) g where number = 2");
        await app.SetUpAsync($"{Move} now() - interval '1 day', 'Fill'{Of} 3 from products p where number = 2");
        await app.SetUpAsync($"{Move} now() - interval '12 hours', 'Planogram'{Of} -3 from products p where number = 2");
        await CatchUpAsync();
        await CatchUpAsync(); // read once, it is counted once

        var page = await shared.Auditor.GetAsync("/panel/reports?kind=soldout");
        var file = await shared.Auditor.GetAsync("/panel/reports?kind=soldout&format=csv");

        Assert.Contains("An estimate:", page.Text, StringComparison.Ordinal);
        var cells = Plain(file.Text).Split('\n').Single(line => line.Contains("Z9", StringComparison.Ordinal)).Split(',');
        Assert.Equal("240", cells[3]);
        Assert.InRange(int.Parse(cells[4], CultureInfo.InvariantCulture), 9, 12); // tenths: about one piece a day
        Assert.InRange(int.Parse(cells[5], CultureInfo.InvariantCulture), 180, 240); // at two euros
    }

    [Fact]
    [Trait("Accepts", "S3-05")]
    public async Task A_visits_bag_is_collected_once_whether_counted_at_the_machine_or_later()
    {
        await app.GivenMachineAsync("bag-1");
        var (counted, later) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        var first = await VisitAsync(counted, "T-1", 1_250);
        var again = await VisitAsync(counted, "T-1", 1_250);
        var other = await VisitAsync(counted, "T-1", 999);
        var nameless = await VisitAsync(Guid.CreateVersion7(), null, 5);
        await VisitAsync(later, "T-2", null);
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(Staff.Operator, TestApp.Password);
        var waiting = await visitor.OpenAsync("/panel/dex?machine=bag-1");
        var taken = await app.QueryAsync(db => db.Set<RestockVisit>().Where(v => (Guid)(object)v.Id == later).Select(v => v.ClosedAt).SingleAsync());
        (string, string)[] fields = [("machine", "bag-1"), ("bag", "T-2"), ("counted", "3.10"), ("key", $"{later}"), ("at", $"{taken:O}")];
        var booked = await visitor.SendAsync("/panel/dex?machine=bag-1", "/panel/dex/collection", fields);
        await visitor.SendAsync("/panel/dex?machine=bag-1", "/panel/dex/collection", fields);
        var done = await visitor.OpenAsync("/panel/dex?machine=bag-1");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first, again));
        Assert.True((int)other is 409 or 422, $"{other}");
        Assert.True((int)nameless is 400 or 422, $"{nameless}");
        Assert.Contains("Bags to count", waiting.Text, StringComparison.Ordinal);
        Assert.Equal(303, booked.Status);
        Assert.DoesNotContain("Bags to count", done.Text, StringComparison.Ordinal);
        var bags = await app.QueryAsync(db => db.Set<CashCollection>().Where(c => c.MachineId == MachineId.Parse("bag-1"))
            .OrderBy(c => c.CollectedAt).Select(c => new { c.Bag, c.Counted, c.Expected }).ToListAsync());
        Assert.Equal([("T-1", 1_250L, 0L), ("T-2", 310L, -1_250L)], bags.Select(b => (b.Bag, b.Counted, b.Expected!.Value)));
        // The books had nothing for either bag: each is more by what was in it.
        var report = await shared.Auditor.GetAsync("/panel/reports?kind=cash&format=csv");
        Assert.Contains(",0,310,310,-1560,EUR", Plain(report.Text), StringComparison.Ordinal);
    }

    private static string Plain(string csv) => csv.Replace("\"", "", StringComparison.Ordinal);

    private async Task<HttpStatusCode> VisitAsync(Guid id, string? bag, long? counted) => (await app.CallAsync(
        HttpMethod.Post, "/api/v1/machines/bag-1/visits", new { id, lines = Array.Empty<object>(), cash_bag = bag, cash_counted = counted })).Status;

    private async Task CostsAsync(long cost)
    {
        var changed = await app.CallAsync(HttpMethod.Patch, "/api/v1/products/1", new { cost });
        Assert.True(changed.Status is HttpStatusCode.OK, changed.Body.ToString());
    }

    private async Task SellAsync(string machine)
    {
        app.Hand.Answer(DeliveryOutcome.Delivered, "dropped");
        var session = await app.Buyer.OpenAsync(machine);
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Committed);
    }

    private async Task CatchUpAsync()
    {
        var organization = await app.QueryAsync(db => db.Set<Organization>().OrderBy(o => o.CreatedAt).Select(o => o.Id).FirstAsync());
        await using var connection = await app.Services.GetRequiredService<CrossingDataSource>().Source.OpenConnectionAsync();
        var now = TimeProvider.System.GetUtcNow();
        await SalesDays.CatchUpAsync(connection, organization, now, default);
        await SoldOutDays.CatchUpAsync(connection, organization, now.AddMinutes(5), default);
    }
}
