using Automat.Domain.Vends;
using Automat.Server.Books;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Settlements;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What the provider has on our account, held against our books; and what customers' banks ask back.</summary>
public sealed class SettlementTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private const string Page = "/panel/settlement";

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-29")]
    public async Task A_payment_only_the_provider_knows_is_listed_and_one_that_both_know_is_not()
    {
        var sold = await SellAsync("settle-1");
        await app.Provider.ControlAsync($"charges/{await app.Provider.ChargeOfAsync(sold.Session!)}/refund", new { amount = 50 }); // by hand
        await app.VendAsync(sold.Session!, VendStatus.PartlyRefunded);
        var stray = await app.Provider.CallAsync(
            "/v1/payment_intents", ("amount", "777"), ("currency", "eur"), ("confirm", "true"), ("payment_method", "pm_card_visa"));
        var id = stray.GetProperty("id").GetString()!;

        await CompareAsync();
        var young = await shared.Auditor.GetAsync(Page);
        await app.SetUpAsync("update settled_payments set last_at = last_at - interval '2 hours'");
        await CompareAsync(); // told again, it is counted once
        var old = await shared.Auditor.GetAsync(Page);
        var file = await shared.Auditor.GetAsync($"{Page}?format=csv");

        Assert.Contains(id, young.Text, StringComparison.Ordinal);
        Assert.Contains("on its way", young.Text, StringComparison.Ordinal);
        Assert.Contains("only at the provider", old.Text, StringComparison.Ordinal);
        Assert.Contains("do not agree about: 1.", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(sold.Intent!, old.Text, StringComparison.Ordinal);
        Assert.Contains(",0,777,777,EUR,only_told,", Plain(file.Text), StringComparison.Ordinal);
        var known = await app.QueryAsync(db => db.Set<SettledPayment>().SingleAsync(p => p.Key == sold.Intent));
        Assert.Equal((100, 100, 2, sold.Id), (known.Booked, known.Told, known.ToldEntries, known.VendId));
        Assert.Equal(422, (await shared.Auditor.GetAsync($"{Page}?from=2026-02-01&to=2026-01-01")).Status);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_said_so_and_what_it_told_before_stays()
    {
        await CompareAsync();
        await app.SetUpAsync("update settlement_marks set trouble = 'unavailable'"); // as the round that fails notes it
        var page = await shared.Auditor.GetAsync(Page);
        await CompareAsync();
        var again = await shared.Auditor.GetAsync(Page);

        Assert.Contains("could not be asked the last time", page.Text, StringComparison.Ordinal);
        Assert.Contains("Compared last on", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("could not be asked the last time", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dispute_is_listed_with_its_sale_until_when_it_wants_an_answer_and_how_it_ended()
    {
        var sold = await SellAsync("dispute-1");
        var dispute = await app.Provider.ControlAsync(
            $"charges/{await app.Provider.ChargeOfAsync(sold.Session!)}/dispute", new { reason = "fraudulent" });
        var id = dispute.GetProperty("id").GetString()!;

        var open = await OpenAsync(id, "Answer wanted");
        var waiting = await shared.Auditor.GetAsync($"/panel/disputes?status=answer&q={id}");
        await app.Provider.ControlAsync($"disputes/{id}/win");
        var won = await OpenAsync(id, "Won");
        var file = await shared.Auditor.GetAsync("/panel/disputes?format=csv");

        Assert.Contains($"/panel/sales/{sold.Id}", open, StringComparison.Ordinal);
        Assert.Contains("says it was not them", open, StringComparison.Ordinal);
        Assert.Contains($"/panel/sales/{sold.Id}", waiting.Text, StringComparison.Ordinal);
        Assert.Contains("over since", won, StringComparison.Ordinal);
        Assert.Contains($"{id},", Plain(file.Text), StringComparison.Ordinal);
        await TestApp.EventuallyAsync(
            async () =>
            {
                await CompareAsync();
                return await app.QueryAsync(db => db.Set<SettledPayment>().SingleAsync(p => p.Key == sold.Intent));
            },
            both => both is { Booked: 150, Told: 150, BookedEntries: 3, ToldEntries: 3 }); // taken and given back, on both sides
    }

    private static string Plain(string csv) => csv.Replace("\"", "", StringComparison.Ordinal);

    private async Task<string> OpenAsync(string dispute, string state) => (await TestApp.EventuallyAsync(
        async () => await shared.Auditor.GetAsync($"/panel/disputes?q={dispute}"),
        page => page.Text.Contains("/panel/sales/", StringComparison.Ordinal) && page.Text.Contains($">{state}<", StringComparison.Ordinal))).Text;

    private async Task<Vend> SellAsync(string machine)
    {
        await app.GivenMachineAsync(machine);
        app.Hand.Answer(DeliveryOutcome.Delivered, "dropped");
        var session = await app.Buyer.OpenAsync(machine);
        await app.Provider.PayAsync(session);
        return await app.VendAsync(session, VendStatus.Committed);
    }

    private async Task CompareAsync()
    {
        var organizations = await app.QueryAsync(db => db.Set<Automat.Domain.Organization>().Select(o => o.Id).ToListAsync());
        await using (var connection = await app.Services.GetRequiredService<CrossingDataSource>().Source.OpenConnectionAsync())
        {
            foreach (var organization in organizations) await PostingIndex.CatchUpAsync(connection, organization, default);
        }

        await app.Services.GetRequiredService<CompareSettlement>().RunAsync(default);
    }
}
