using System.Net;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Where machines stand, what lies in them, and that they sell: what staff see and try without a customer.</summary>
public sealed class PlacesTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-16")]
    public async Task The_first_page_tells_how_each_place_goes_and_leads_to_its_machines()
    {
        await app.SetUpAsync("update machines set location = 'Hall & Garden' where id in ('snack-1', 'cab001')");
        using var admin = await Visits.AdminAsync(app);

        var home = await admin.OpenAsync("/panel");
        var list = await admin.OpenAsync("/panel/machines?location=Hall%20%26%20Garden");
        var search = await admin.OpenAsync("/panel/search?q=l%20%26%20G");

        Assert.Matches("(?s)href=\"/panel/machines\\?location=Hall%20%26%20Garden\"[^>]*>Hall &amp; Garden</a>.*?2 machines", await RawAsync(home));
        Assert.Contains("snack-1", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/panel/machines/fridge-1\"", list.Text, StringComparison.Ordinal);
        Assert.Contains("Machines there: 2", search.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Colleagues_are_found_by_those_who_may_see_them()
    {
        using var admin = await Visits.AdminAsync(app);
        using var operating = new Visitor(app);
        await operating.SignInAsync(Staff.Operator, TestApp.Password);

        var found = await admin.OpenAsync("/panel/search?q=auditor@demo");
        var hidden = await operating.OpenAsync("/panel/search?q=auditor@demo");

        Assert.Contains("Colleague", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Colleague", hidden.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S2-16")]
    public async Task A_test_sale_goes_the_whole_way_free_of_charge_and_once()
    {
        await app.GivenMachineAsync("test-1");
        app.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");
        using var admin = await Visits.AdminAsync(app);
        var key = Guid.CreateVersion7().ToString();

        var refused = await admin.SendAsync("/panel/machines/test-1", "/panel/machines/test-1/test-sale", ("slot", "Z9"), ("key", key));
        var sold = await admin.SendAsync("/panel/machines/test-1", "/panel/machines/test-1/test-sale", ("slot", "A1"), ("key", key));
        await admin.SendAsync("/panel/machines/test-1", "/panel/machines/test-1/test-sale", ("slot", "A1"), ("key", key));
        var vend = await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => v.Machine == MachineId.Parse("test-1"))),
            one => one?.Status is VendStatus.Committed);

        Assert.Equal(404, refused.Status);
        Assert.Contains("There is no such piece any more", refused.Text, StringComparison.Ordinal);
        Assert.Equal((303, "/panel/machines/test-1?done=test-sold"), (sold.Status, sold.Location));
        Assert.Equal((TenderKind.FreeVend, true, false, 150L), (vend!.Tender.Kind, vend.Tender.IsTest, vend.Tender.IsChip, vend.Delivered));
        Assert.Equal(4, await app.QueryAsync(db => db.Set<Slot>().Where(s => s.MachineId == MachineId.Parse("test-1")).Select(s => s.Stock).SingleAsync()));
        Assert.Equal("A1", System.Text.Json.JsonDocument.Parse(Assert.Single(app.Hand.Given).Payload).RootElement.GetProperty("Items")[0].GetProperty("Slot").GetString());
        Assert.Equal(200, (await admin.OpenAsync($"/panel/sales/{vend.Id}")).Status);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_door_that_opens_against_a_card_alone_says_why_it_cannot_be_tested()
    {
        using var admin = await Visits.AdminAsync(app);

        var page = await admin.OpenAsync("/panel/machines/fridge-1");

        Assert.Contains("opens only against a hold on a card", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/panel/machines/fridge-1/test-sale", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S3-04")]
    public async Task What_is_out_of_the_range_is_not_filled_anew()
    {
        await app.GivenMachineAsync("range-1");
        var made = (await app.CallAsync(HttpMethod.Post, "/api/v1/products", new { name = "Gone pie", price = 310 })).Body;
        var number = made.GetProperty("number").GetInt32();
        var slots = $"/api/v1/machines/range-1/slots";
        await app.CallAsync(HttpMethod.Put, slots, new { slots = new[] { new { code = "B1", product = number, capacity = 5 } } });
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/products/{number}", new { archived = true });

        var stays = await app.CallAsync(HttpMethod.Put, slots, new { slots = new[] { new { code = "B1", product = number, capacity = 6 } } });
        var anew = await app.CallAsync(HttpMethod.Put, slots, new { slots = new[] { new { code = "B2", product = number, capacity = 5 } } });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity), (stays.Status, anew.Status));
        Assert.Equal("planogram_invalid", anew.Body.GetProperty("code").GetString());
        Assert.Contains("out of the range", anew.Body.ToString(), StringComparison.Ordinal);
    }

    private static Task<string> RawAsync(Visitor.Answer answer) => answer.Response.Content.ReadAsStringAsync();
}
