using Automat.Server.Privacy;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What an organisation sets for itself: rules of its refunds. The server's settings hold where it says nothing.</summary>
public sealed class OrganizationRulesTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private const string Page = "/panel/settings";

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task Refunds_go_by_what_the_organisation_says_and_else_by_the_server()
    {
        using var admin = await Visits.AdminAsync(shared.App);
        var (first, _) = await shared.SoldByChipAsync(250);
        var (second, _) = await shared.SoldByChipAsync(250);

        var wrong = await admin.SendAsync(
            Page, Page + "/refunds", ("approval_above", "-1"), ("operator_days", "0"), ("administrator_days", "x"), ("claim_days", ""));
        var fewer = await admin.SendAsync(Page, Page + "/refunds", ("operator_days", "20"), ("administrator_days", "10"));
        var set = await admin.SendAsync(Page, Page + "/refunds", ("approval_above", "0,50"), ("operator_days", "20"), ("expire_after_days", "2"));
        var shown = await admin.OpenAsync(Page);
        var asked = await StaffedApp.AskAsync(shared.Operator, first, 100);
        var cleared = await admin.SendAsync(Page, Page + "/refunds", ("approval_above", ""));
        var booked = await StaffedApp.AskAsync(shared.Operator, second, 100);

        Assert.Equal((422, 422), (wrong.Status, fewer.Status));
        Assert.Contains("An amount from zero up", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("from 1 to 3,650", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"x\"", wrong.Text, StringComparison.Ordinal); // what was typed stays
        Assert.Contains("at least as many days as operators", fewer.Text, StringComparison.Ordinal);
        Assert.Equal((303, 303), (set.Status, cleared.Status));
        Assert.Contains("value=\"0.50\"", shown.Text, StringComparison.Ordinal);
        Assert.Equal((202, 201), (asked.Status, booked.Status));
        var until = asked.Json.GetProperty("expires_at").GetDateTimeOffset() - TimeProvider.System.GetUtcNow();
        Assert.InRange(until, TimeSpan.FromDays(1), TimeSpan.FromDays(2));
        Assert.Equal(2, await shared.App.QueryAsync(db => db.Database.SqlQueryRaw<int>(
            "select count(*)::int as \"Value\" from audit_events where action = 'organization.refund_terms_changed'").SingleAsync()));
    }
}

/// <summary>How long personal data are kept is each organisation's to say.</summary>
public sealed class OrganizationRetentionTests(TwoTenants shared) : IClassFixture<TwoTenants>
{
    private const string Page = "/panel/settings";

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-18")]
    public async Task Data_go_when_their_organisation_says_and_else_when_the_server_says()
    {
        using var admin = await Visits.AdminAsync(app);
        foreach (var organization in new[] { shared.First, shared.Other })
        {
            await app.SetUpAsync(
                "insert into customer_messages (id, organization_id, text, received_at) values "
                + $"(gen_random_uuid(), '{organization}', 'young', now() - interval '20 days'), "
                + $"(gen_random_uuid(), '{organization}', 'old', now() - interval '400 days')");
        }

        await app.SetUpAsync("update purchases set created_at = now() - interval '20 days'");
        var sweep = app.Services.GetRequiredService<RetentionSweep>();

        var wrong = await admin.SendAsync(Page, Page + "/retention", ("keep_Messages", "0"), ("keep_CustomerAddresses", "ten"));
        Assert.Equal(303, (await admin.SendAsync(Page, Page + "/retention", ("keep_Messages", "500"), ("keep_CustomerAddresses", "30"))).Status);
        await sweep.SweepAsync(TestContext.Current.CancellationToken);
        var longer = await MessagesAsync();
        var address = await AddressesAsync();
        Assert.Equal(303, (await admin.SendAsync(Page, Page + "/retention", ("keep_Messages", "10"), ("keep_CustomerAddresses", "10"))).Status);
        await sweep.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal(422, wrong.Status);
        Assert.Contains("from 1 to 36,500", wrong.Text, StringComparison.Ordinal);
        // 500 days here, the server's 365 there; then 10 days here.
        Assert.Equal((2, 1), longer);
        Assert.Equal((0, 1), await MessagesAsync());
        Assert.Equal((1, 0), (address, await AddressesAsync()));
    }

    private async Task<(int Here, int There)> MessagesAsync() => (await MessagesAsync(Guid.Parse(shared.First)), await MessagesAsync(Guid.Parse(shared.Other)));

    private Task<int> MessagesAsync(Guid organization) => app.QueryAsync(db => db.Database.SqlQuery<int>(
        $"select count(*)::int as \"Value\" from customer_messages where organization_id = {organization}").SingleAsync());

    private Task<int> AddressesAsync() => app.QueryAsync(db => db.Database.SqlQuery<int>(
        $"select count(*)::int as \"Value\" from purchases where email is not null").SingleAsync());
}
