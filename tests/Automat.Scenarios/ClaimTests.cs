using Automat.Domain.Claims;
using Automat.Domain.Vends;
using Automat.Server.Privacy;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>“Nothing came out”: decided at once where something speaks for it, else by staff; without JavaScript.</summary>
public sealed class ClaimTests : IAsyncLifetime
{
    private TestApp app = null!;

    public async ValueTask InitializeAsync() =>
        app = await TestApp.StartAsync(("Automat:Refunds:GoodwillEach", "400"), ("Automat:Refunds:GoodwillPerDay", "400"));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task Where_nobody_saw_goods_the_customer_is_believed_at_once()
    {
        var (vend, token) = await BoughtAsync("assumed");
        using var customer = new Visitor(app);

        var page = await customer.OpenAsync($"/vends/{token}");
        var filed = await ClaimAsync(customer, token, "NothingCameOut");
        var again = await ClaimAsync(customer, token, "Damaged");
        var shown = await customer.OpenAsync($"/vends/{token}/claim");

        Assert.Contains($"/vends/{token}/claim", page.Text, StringComparison.Ordinal);
        Assert.Equal((303, $"/vends/{token}/claim"), (filed.Status, filed.Location));
        Assert.Equal(200, again.Status); // no form any more: the answer is shown
        Assert.Contains("We are sorry.", shown.Text, StringComparison.Ordinal);
        var payback = await app.PaidBackAsync(vend);
        Assert.Equal(vend.Delivered, payback.Amount);
        await Reckoning.AgreeAsync(app.Database, app.Provider, settled: true);
    }

    [Fact]
    public async Task Against_the_machines_word_goodwill_is_shown_once_and_then_staff_decide()
    {
        var (first, firstToken) = await BoughtAsync();
        var (second, secondToken) = await BoughtAsync();
        using var customer = new Visitor(app);

        await ClaimAsync(customer, firstToken, "NothingCameOut");
        await ClaimAsync(customer, secondToken, "WrongProduct", "It was the other one.", "customer@example.com");
        var waiting = await customer.OpenAsync($"/vends/{secondToken}/claim");
        var claims = await app.QueryAsync(db => db.Set<Claim>().AsNoTracking().OrderBy(c => c.CreatedAt).ToListAsync());

        Assert.Equal([(first.Id, ClaimVerdict.Goodwill, ClaimStatus.Refunded), (second.Id, ClaimVerdict.AskStaff, ClaimStatus.Waiting)],
            claims.Select(c => (c.VendId, c.Verdict, c.Status)));
        Assert.Contains("Somebody will look at it", waiting.Text, StringComparison.Ordinal);

        var staff = await Staff.SignInAsync(app, Staff.Operator);
        var list = await staff.GetAsync("/api/v1/claims?status=waiting");
        var id = list.Json.GetProperty("items")[0].GetProperty("id").GetString();
        var silent = await staff.PostAsync($"/api/v1/claims/{id}/decision", new { decision = "decline" }, "k1");
        var declined = await staff.PostAsync(
            $"/api/v1/claims/{id}/decision", new { decision = "decline", answer = "The camera saw the right one." }, "k2");
        var again = await staff.PostAsync($"/api/v1/claims/{id}/decision", new { decision = "refund" }, "k3");
        var told = await customer.OpenAsync($"/vends/{secondToken}/claim");

        Assert.Equal((422, "decision_invalid"), (silent.Status, silent.Code));
        Assert.Equal((200, "declined"), (declined.Status, declined.String("status")));
        Assert.Equal((409, "claim_status"), (again.Status, again.Code));
        Assert.Contains("The camera saw the right one.", told.Text, StringComparison.Ordinal);
        await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Database.SqlQueryRaw<string>(
                "select text as \"Value\" from mails where recipient = 'customer@example.com'").ToListAsync()),
            mails => mails is [{ } mail] && mail.Contains("The camera saw the right one.", StringComparison.Ordinal));
        await app.PaidBackAsync(first);
        await Reckoning.AgreeAsync(app.Database, app.Provider, settled: true);
    }

    [Fact]
    public async Task A_claim_ends_a_doubt_as_not_delivered()
    {
        await app.GivenMachineAsync("doubt-1");
        app.Hand.Answer(Server.Machines.DeliveryOutcome.Unknown, "no_answer");
        var token = await app.Buyer.OpenAsync("doubt-1");
        await app.Provider.PayAsync(token);
        var vend = await app.VendAsync(token, VendStatus.Unknown);
        using var customer = new Visitor(app);

        var filed = await ClaimAsync(customer, token, "NothingCameOut");

        Assert.Equal(303, filed.Status);
        var ended = (await app.VendOfAsync(token))!;
        Assert.Equal((VendStatus.Cancelled, "claimed"), (ended.Status, ended.Reason));
        await app.PaidBackAsync(vend);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task Much_money_waits_for_a_second_person_and_then_the_claim_is_answered()
    {
        await using var careful = await TestApp.StartAsync(("Automat:Refunds:ApprovalAbove", "100"));
        var (vend, token) = await BoughtAsync(careful, "assumed");
        using var customer = new Visitor(careful);
        await ClaimAsync(customer, token, "NothingCameOut");
        var staff = await Staff.SignInAsync(careful, Staff.Operator);
        var admin = await Staff.SignInAsync(careful, Staff.Admin);
        var id = (await staff.GetAsync("/api/v1/claims?status=waiting")).Json.GetProperty("items")[0].GetProperty("id").GetString();

        var asked = await staff.PostAsync($"/api/v1/claims/{id}/decision", new { decision = "refund", answer = "Sorry." }, "d1");
        var refund = asked.String("refund");
        var during = await staff.PostAsync($"/api/v1/claims/{id}/decision", new { decision = "decline", answer = "No." }, "d2");
        var rejected = await admin.PostAsync($"/api/v1/refunds/{refund}/rejection", new { reason = "Ask the customer first." });
        var anew = await staff.PostAsync($"/api/v1/claims/{id}/decision", new { decision = "refund", answer = "Sorry." }, "d3");
        var agreed = await admin.PostAsync($"/api/v1/refunds/{anew.String("refund")}/approval");
        var state = await customer.OpenAsync($"/vends/{token}/claim");

        Assert.Equal((200, "waiting"), (asked.Status, asked.String("status")));
        Assert.Equal((409, "claim_status"), (during.Status, during.Code));
        Assert.Equal(200, rejected.Status);
        Assert.NotEqual(refund, anew.String("refund"));
        Assert.Equal((200, "done"), (agreed.Status, agreed.String("status")));
        Assert.Contains("We are sorry.", state.Text, StringComparison.Ordinal);
        await careful.PaidBackAsync(vend);
        await careful.SettledAsync();
    }

    [Fact]
    public async Task A_form_that_cannot_be_comes_back_with_what_was_written_and_a_strangers_token_opens_nothing()
    {
        var (_, token) = await BoughtAsync();
        using var customer = new Visitor(app);

        var empty = await customer.SendAsync($"/vends/{token}/claim?lang=de", $"/vends/{token}/claim", ("kind", ""), ("text", "hm"), ("email", "no address"));
        var both = await ClaimAsync(customer, token, "Damaged", new string('x', 501), "no address");
        var stranger = await customer.OpenAsync("/vends/nobody-knows-this/claim");

        Assert.Equal(422, empty.Status);
        Assert.Contains("Sagen Sie, was passiert ist.", empty.Text, StringComparison.Ordinal);
        Assert.Contains("hm", empty.Text, StringComparison.Ordinal);
        Assert.Equal(422, both.Status);
        Assert.Equal(404, stranger.Status);
        Assert.Empty(await app.QueryAsync(db => db.Set<Claim>().ToListAsync()));
    }

    [Fact]
    public async Task Address_and_words_can_be_taken_along_erased_and_go_by_themselves()
    {
        var (_, token) = await BoughtAsync();
        using var customer = new Visitor(app);
        await ClaimAsync(customer, token, "Damaged", "My name is Somebody.", "Someone@Example.com");
        var data = app.Services.GetRequiredService<PersonalData>();
        var subject = new DataSubject(null, "someone@example.com", null);

        var taken = System.Text.Encoding.UTF8.GetString(await data.ExportAsync(subject, default));
        await data.EraseAsync(subject, default);
        var erased = await app.QueryAsync(db => db.Set<Claim>().AsNoTracking().SingleAsync());
        await app.SetUpAsync("update claims set text = 'once more', created_at = now() - interval '200 days', status = 'Declined'");
        foreach (var kind in app.Services.GetServices<IRetention>().Where(r => r.Name == "Claims"))
        {
            await app.QueryAsync(db => kind.ForgetAsync(db, TimeProvider.System.GetUtcNow().AddDays(-180), default));
        }

        Assert.Contains("My name is Somebody.", taken, StringComparison.Ordinal);
        Assert.Equal((null, null), (erased.Email, erased.Text));
        Assert.Null((await app.QueryAsync(db => db.Set<Claim>().AsNoTracking().SingleAsync())).Text);
    }

    private static Task<Visitor.Answer> ClaimAsync(
        Visitor customer, string token, string kind, string text = "", string email = "") => TryAsync(
            customer, $"/vends/{token}/claim", ("kind", kind), ("text", text), ("email", email));

    /// <summary>Sends the form if the page has one; else the page.</summary>
    private static async Task<Visitor.Answer> TryAsync(Visitor customer, string page, params (string, string)[] fields)
    {
        var shown = await customer.OpenAsync(page);
        return shown.Text.Contains("<form", StringComparison.Ordinal) ? await customer.SendAsync(page, page, fields) : shown;
    }

    private async Task<(Vend Vend, string Token)> BoughtAsync(string evidence = "acknowledged") => await BoughtAsync(app, evidence);

    /// <summary>A paid and delivered sale; the session of its pay page opens the customer's pages too.</summary>
    private static async Task<(Vend Vend, string Token)> BoughtAsync(TestApp app, string evidence)
    {
        if (await app.QueryAsync(db => db.Set<Server.Machines.Machine>().CountAsync(m => m.Driver == HandDriver.DriverName)) == 0)
        {
            await app.GivenMachineAsync("hand-1");
        }

        app.Hand.Wait();
        app.Hand.Answer(Server.Machines.DeliveryOutcome.Delivered, evidence);
        var session = await app.Buyer.OpenAsync("hand-1");
        await app.Provider.PayAsync(session);
        return (await app.VendAsync(session, VendStatus.Committed), session);
    }
}
