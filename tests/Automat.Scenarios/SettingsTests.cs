using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>What an organisation's administrators set, and the tests of what the server leans on.</summary>
public sealed class SettingsTests : IAsyncLifetime
{
    private const string Page = "/panel/settings";

    private TestApp app = null!;

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Accepts", "S1-05")]
    public async Task What_receipts_say_is_kept_and_written_into_the_audit_once()
    {
        using var admin = await AdminAsync();

        var wrong = await admin.SendAsync(Page, Page, ("address", "1\n2\n3\n4\n5\n6\n7"), ("tax_id", new string('7', 41)), ("receipt_note", ""));
        Assert.Equal(422, wrong.Status);
        Assert.Contains("At most six lines", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("At most 40 characters", wrong.Text, StringComparison.Ordinal);

        (string, string)[] right = [("address", " Main Street 1 \r\n\r\n 10115 Berlin"), ("tax_id", "DE 123"), ("receipt_note", "Call us.")];
        Assert.Equal(303, (await admin.SendAsync(Page, Page, right)).Status);
        Assert.Equal(303, (await admin.SendAsync(Page, Page, right)).Status);

        var shown = await admin.OpenAsync(Page);
        Assert.Contains("Main Street 1\n10115 Berlin", shown.Text, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("select count(*)::int as \"Value\" from audit_events where action = 'organization.profile_changed'"));
    }

    [Fact]
    [Trait("Accepts", "S1-03")]
    public async Task The_provider_is_tested_and_a_mail_leaves()
    {
        using var admin = await AdminAsync();

        Assert.Contains("answers and takes our key", (await admin.SendAsync(Page, Page + "/provider")).Text, StringComparison.Ordinal);

        Assert.Equal(303, (await admin.SendAsync(Page, Page + "/mail")).Status);
        Assert.Equal(1, await CountAsync("select count(*)::int as \"Value\" from mails where subject = 'A test from your machines'"));
    }

    [Fact]
    [Trait("Accepts", "S3-14")]
    public async Task Operators_find_no_settings()
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(Staff.Operator, TestApp.Password);

        Assert.Equal(403, (await visitor.OpenAsync(Page)).Status);
    }

    private async Task<Visitor> AdminAsync()
    {
        var admin = new Visitor(app);
        await admin.SignInAsync(Staff.Admin, TestApp.Password);
        await admin.SendAsync("/account/authenticator", "/account/authenticator/postpone");
        return admin;
    }

    private Task<int> CountAsync(string sql) => app.QueryAsync(db => db.Database.SqlQueryRaw<int>(sql).SingleAsync());
}
