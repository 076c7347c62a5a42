using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Reports;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>Reports as staff read them: on pages, as files, kept, and by mail.</summary>
public sealed class ReportPagesTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-29")]
    public async Task Every_report_is_there_with_its_figures_on_the_page_and_as_files()
    {
        await app.GivenMachineAsync("report-1");
        app.Hand.Wait();
        app.Hand.Answer(DeliveryOutcome.Delivered, "dropped");
        var session = await app.Buyer.OpenAsync("report-1");
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Committed);
        await CatchUpAsync(app);

        foreach (var kind in Enum.GetValues<ReportKind>())
        {
            var word = kind.ToString().ToLowerInvariant();
            var page = await shared.Auditor.GetAsync($"/panel/reports?kind={word}");
            var csv = await shared.Auditor.GetAsync($"/panel/reports?kind={word}&format=csv");
            var sheet = await shared.Auditor.GetAsync($"/panel/reports?kind={word}&format=xlsx");
            Assert.True((page.Status, csv.Status, sheet.Status) == (200, 200, 200), $"{kind}: {page.Status}, {csv.Status}, {sheet.Status}");
            Assert.StartsWith("PK", sheet.Text, StringComparison.Ordinal);
        }

        var machines = await shared.Auditor.GetAsync("/panel/reports?kind=machines");
        Assert.Contains("Machine report-1", machines.Text, StringComparison.Ordinal);
        Assert.Contains("1.50", machines.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await shared.Auditor.GetAsync("/panel/reports?from=2026-01-02&to=2026-01-01")).Status);
        Assert.Equal(422, (await shared.Auditor.GetAsync("/panel/reports?from=1990-01-01")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-29")]
    public async Task A_kept_view_is_its_owners_alone_and_its_mail_goes_out_once_a_period()
    {
        await using var own = await TestApp.StartAsync();
        using var auditor = new Visitor(own);
        await auditor.SignInAsync(Staff.Auditor, TestApp.Password);
        using var other = new Visitor(own);
        await other.SignInAsync(Staff.Operator, TestApp.Password);
        const string Views = "/panel/reports/views";

        var nameless = await auditor.SendAsync("/panel/reports", Views, ("kind", "products"), ("name", " "), ("span", "Month"), ("rhythm", "Daily"));
        await auditor.SendAsync("/panel/reports", Views, ("kind", "products"), ("name", "What sells"), ("span", "Month"), ("rhythm", "Daily"));
        var mine = await auditor.OpenAsync("/panel/reports");
        var theirs = await other.OpenAsync("/panel/reports");
        await own.SetUpAsync("update saved_views set created_at = created_at - interval '3 days'"); // whatever the hour: a day is over
        var mails = own.Services.GetRequiredService<MailReports>();
        await mails.SendDueAsync(default);
        await mails.SendDueAsync(default);
        await own.SetUpAsync("update saved_views set sent_through = sent_through - 1");
        await mails.SendDueAsync(default);
        var sent = await SentAsync(own);
        var id = await own.QueryAsync(db => db.Set<SavedReport>().Select(s => s.Id).SingleAsync());
        var stolen = await other.SendAsync("/panel/reports", Views + "/forget", ("id", id.ToString()));
        var forgotten = await auditor.SendAsync("/panel/reports", Views + "/forget", ("id", id.ToString()));

        Assert.Equal(422, nameless.Status);
        Assert.Contains("What sells", mine.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("What sells", theirs.Text, StringComparison.Ordinal);
        Assert.Equal(2, sent);
        Assert.Equal(404, stolen.Status);
        Assert.Equal("/panel/reports?done=forgotten", forgotten.Location);
    }

    private static async Task<long> SentAsync(TestApp app)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            "select count(*) from mails where recipient = 'auditor@demo.automat' and subject like 'What sells: %'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task CatchUpAsync(TestApp app)
    {
        var organization = await app.QueryAsync(db => db.Set<Automat.Domain.Organization>().OrderBy(o => o.CreatedAt).Select(o => o.Id).FirstAsync());
        await using var connection = await app.Services.GetRequiredService<CrossingDataSource>().Source.OpenConnectionAsync();
        await SalesDays.CatchUpAsync(connection, organization, TimeProvider.System.GetUtcNow(), default);
    }
}
