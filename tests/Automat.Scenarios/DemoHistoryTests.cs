using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Demo.History;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>The demo begins with a past, and its books prove it.</summary>
public sealed class DemoHistoryTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public async Task The_demo_begins_with_a_past_that_the_books_prove()
    {
        await using var app = await TestApp.StartAsync(("Automat:Demo:Days", "21"));

        var vends = await app.QueryAsync(db => db.Set<Vend>().AsNoTracking().ToListAsync());
        Assert.InRange(vends.Count, 500, 5_000);
        Assert.Equal(
            [TenderKind.Chip, TenderKind.Paid, TenderKind.Authorised, TenderKind.Cash],
            vends.Select(v => v.Tender.Kind).Distinct().Order());
        Assert.Contains(vends, v => v.Status is VendStatus.Cancelled);
        Assert.DoesNotContain(vends, v => VendLife.IsOpen(v.Status));
        Assert.True(vends.Max(v => v.ReservedAt) - vends.Min(v => v.ReservedAt) > TimeSpan.FromDays(20));

        await app.VerifyBooksAsync();
        var balances = await app.BalancesAsync();
        Assert.DoesNotContain(balances, b => b.Key is Accounts.Held or Accounts.Refunds or Accounts.Authorised && b.Value != 0);
        Assert.Equal(
            vends.Sum(v => v.Delivered - v.Refunded),
            balances.Where(b => b.Key.StartsWith("revenue:", StringComparison.Ordinal) || b.Key.StartsWith("tax:", StringComparison.Ordinal))
                .Sum(b => b.Value));

        await app.RestartAsync();
        Assert.Equal(vends.Count, await app.QueryAsync(db => db.Set<Vend>().CountAsync()));
    }

    [Fact]
    public void A_day_of_the_past_is_always_the_same()
    {
        var day = new DateOnly(2026, 3, 29); // the clock is set forward

        var sales = PastDays.SalesOf(day, Zone);

        Assert.Equal(sales.Select(Said), PastDays.SalesOf(day, Zone).Select(Said));
        Assert.NotEqual(sales.Select(Said), PastDays.SalesOf(day.AddDays(1), Zone).Select(Said));
        Assert.Equal(sales.OrderBy(s => s.At), sales);

        static string Said(PastSale sale) => $"{sale.At:O} {sale.Machine} {string.Join(',', sale.Goods)} {sale.Money} {sale.Chip} {sale.End}";
    }
}
