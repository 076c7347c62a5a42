using Automat.Domain;
using Automat.Server.Dashboard;
using Automat.Server.Panel;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>The panel's first page: how the day goes and what waits, the dearest first.</summary>
public sealed class DashboardTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly DayFigures Usual = new(
        [.. Enumerable.Repeat(100.0, 24), 0], new Dictionary<MachineId, double> { [MachineId.Parse("busy-1")] = 2_400, [MachineId.Parse("quiet-1")] = 240 }, 24);

    [Fact]
    [Trait("Accepts", "S2-16")]
    public void What_waits_is_ordered_by_the_money_at_stake()
    {
        AttentionItem[] items =
        [
            new("quiet, for long", null, "/q") { Machine = "quiet-1", Lost = 1, Since = Now.AddHours(-10) }, // 100
            new("busy, just now", null, "/b") { Machine = "busy-1", Lost = 1, Since = Now }, // one hour: 100, and urgent
            new("busy, half", null, "/h") { Machine = "busy-1", Lost = 0.5, Since = Now.AddHours(-4) }, // 200
            new("a doubt", null, "/d") { Money = 450 },
            new("never sold anything", null, "/n") { Machine = "new-1", Lost = 1, Since = Now.AddDays(-30) },
        ];
        items[1] = items[1] with { IsUrgent = true };

        var ordered = Attention.Order(items, Usual, Now);

        Assert.Equal(
            [("a doubt", 450L), ("busy, half", 200), ("busy, just now", 100), ("quiet, for long", 100), ("never sold anything", 0)],
            ordered.Select(one => (one.Item.Title, one.AtStake)));
    }

    [Fact]
    public void A_machine_left_alone_counts_for_a_week_at_the_most() =>
        Assert.Equal(
            7 * 2_400,
            Attention.AtStake(new AttentionItem("gone", null, "/g") { Machine = "busy-1", Lost = 3, Since = Now.AddDays(-90) }, Usual, Now));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(90, 150)]
    [InlineData(24 * 60, 2_400)]
    [InlineData(25 * 60, 2_400)]
    [InlineData(26 * 60, 2_400)]
    public void The_usual_is_known_up_to_the_minute(int minutes, double expected) =>
        Assert.Equal(expected, Usual.Until(TimeSpan.FromMinutes(minutes)), precision: 6);

    [Fact]
    [Trait("Accepts", "S2-16")]
    public async Task The_first_page_compares_today_with_such_days_and_leads_to_what_waits()
    {
        await using var app = await TestApp.StartAsync(("Automat:Demo:Days", "29"));
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);
        await app.QueryAsync(db => db.Database.ExecuteSqlRawAsync("update slots set stock = 0 where machine_id = 'snack-1'"));

        var page = await visitor.OpenAsync("/panel");

        Assert.Equal(200, page.Status);
        Assert.Contains("Snack Wall: empty slots: 12", page.Text, StringComparison.Ordinal);
        Assert.Contains("operator@demo.automat", page.Text, StringComparison.Ordinal);
        var today = await app.QueryAsync(db => db.Database.SqlQueryRaw<int>(
            "select count(*)::int as \"Value\" from vends where status in ('Committed', 'PartlyRefunded', 'Refunded') "
            + "and reserved_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'").SingleAsync());
        Assert.Matches($"tile-value\">\\s*{today.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)}\\s*<", page.Text);
        Assert.DoesNotContain("no such day to compare", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S2-16")]
    public async Task A_counter_has_no_line_and_is_never_called_offline()
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("desk-1", "pickup"); // the only machine at the place "Here"
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);

        var first = await visitor.OpenAsync("/panel");
        var offline = await visitor.OpenAsync("/panel/machines?problem=offline");
        var counter = await visitor.OpenAsync("/panel/machines/desk-1");

        Assert.Matches("tile-value\">\\s*0/5\\s*<", first.Text); // the demo's five machines are away
        Assert.Matches("location=Here\">Here</a>[^•]{0,400}?1 ready", first.Text);
        Assert.Contains("Galaxy Cabinet", offline.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("desk-1", offline.Text, StringComparison.Ordinal);
        Assert.Contains("needs no line", counter.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_organisation_is_led_to_its_first_sale()
    {
        await using var app = await TestApp.StartAsync();
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);

        var page = await visitor.OpenAsync("/panel");

        Assert.Contains("Your first sale", page.Text, StringComparison.Ordinal);
        Assert.Contains("Buy something as a customer would", page.Text, StringComparison.Ordinal);
    }
}
