using System.Globalization;
using Automat.Server.Books;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>The ledger as staff use it: statements, balances as of any moment, held money.</summary>
public sealed class BooksTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;
    private readonly Staff auditor = shared.Auditor;

    [Fact]
    [Trait("Accepts", "S2-07")]
    public async Task A_statement_tells_each_entry_of_a_chip_and_its_credit_after_it()
    {
        var chip = await app.GivenChipAsync(1_000);
        var device = new TestDevice(app);
        var bought = await device.ReserveAsync("s1", chip.Uid, more: ",\"amount\":200");
        await device.CommitAsync(bought.Text("reservation_id"));
        var called = await device.ReserveAsync("s2", chip.Uid, more: ",\"amount\":300");
        await device.CancelAsync(called.Text("reservation_id"), """{"reason":"vend_failure"}""");

        var first = await auditor.GetAsync($"/api/v1/ledger/chips/{chip.Id}/statement?limit=3");
        var second = await auditor.GetAsync($"/api/v1/ledger/chips/{chip.Id}/statement?limit=3&cursor={first.Number("next_cursor")}");
        var lines = first.Json.GetProperty("items").EnumerateArray().Concat(second.Json.GetProperty("items").EnumerateArray()).ToList();
        using var admin = new Visitor(app);
        await admin.SignInAsync(Staff.Auditor, TestApp.Password);
        var page = await admin.OpenAsync($"/panel/chips/{chip.Id}/statement?lang=de");

        Assert.Equal(
            [("chip.topped_up", 1_000L, 1_000L), ("vend.reserved", -200, 800), ("vend.reserved", -300, 500), ("vend.cancelled", 300, 800)],
            lines.Select(l => (l.GetProperty("kind").GetString()!, l.GetProperty("amount").GetInt64(), l.GetProperty("balance").GetInt64())));
        Assert.Equal(called.Text("reservation_id"), lines[3].GetProperty("vend").GetString());
        Assert.Equal("vend_failure", lines[3].GetProperty("reason").GetString());
        Assert.Equal(200, page.Status);
        Assert.Contains("Kauf abgebrochen", page.Text, StringComparison.Ordinal);
        Assert.Contains("8,00", page.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await auditor.GetAsync($"/api/v1/ledger/chips/{Guid.CreateVersion7()}/statement")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-07")]
    public async Task Balances_are_known_as_of_any_moment_and_sum_to_zero_at_each()
    {
        var chip = await app.GivenChipAsync(1_000);
        var between = TimeProvider.System.GetUtcNow();
        await app.TopUpAsync(chip, 500, "more");

        var then = await auditor.GetAsync($"/api/v1/ledger/balances?prefix={chip.Account}&at={Text(between)}");
        var now = await auditor.GetAsync($"/api/v1/ledger/balances?prefix={chip.Account}");
        var before = await auditor.GetAsync("/api/v1/ledger/trial-balance?at=2020-01-01T00:00:00Z");
        var trial = await auditor.GetAsync($"/api/v1/ledger/trial-balance?at={Text(between)}");
        var held = await auditor.GetAsync("/api/v1/ledger/held");

        Assert.Equal(1_000, then.Json.GetProperty("items")[0].GetProperty("amount").GetInt64());
        Assert.Equal(1_500, now.Json.GetProperty("items")[0].GetProperty("amount").GetInt64());
        Assert.Equal((0, 0), (before.Number("sequence"), before.Json.GetProperty("accounts").GetArrayLength()));
        Assert.True(trial.Json.GetProperty("balanced").GetBoolean());
        Assert.True(held.Json.GetProperty("agrees").GetBoolean());
        Assert.Equal(403, (await shared.Operator.GetAsync("/api/v1/ledger/held")).Status);
    }

    [Fact]
    public async Task A_statement_is_found_by_its_account_and_not_by_reading_the_ledger()
    {
        await app.GivenChipAsync(1_000);
        await auditor.GetAsync("/api/v1/ledger/trial-balance"); // catches up
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            """
            set enable_seqscan = off; explain select e.sequence from (select sequence from ledger_postings
            where organization_id = (select id from organizations limit 1) and account = 'held' and sequence > 0 order by sequence limit 50) p
            join ledger_entries e on e.organization_id = (select id from organizations limit 1) and e.sequence = p.sequence
            """, superuser);
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(0));

        Assert.Contains(plan, line => line.Contains("pk_ledger_postings", StringComparison.Ordinal));
        Assert.Contains(plan, line => line.Contains("pk_ledger_entries", StringComparison.Ordinal));
    }

    private static string Text(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture));
}

/// <summary>Closings, exports and commands, and what they say of books somebody has changed.</summary>
public sealed class ChangedBooksTests : IAsyncLifetime
{
    private TestApp app = null!;
    private Staff auditor = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        auditor = await Staff.SignInAsync(app, Staff.Auditor);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Money_held_that_no_open_sale_explains_shows()
    {
        var chip = await app.GivenChipAsync(1_000);
        await new TestDevice(app).ReserveAsync("held", chip.Uid, more: ",\"amount\":200");
        await app.SetUpAsync("update vends set status = 'Committed' where status = 'Reserved'");

        var held = await auditor.GetAsync("/api/v1/ledger/held");

        Assert.False(held.Json.GetProperty("agrees").GetBoolean());
        var euro = held.Json.GetProperty("currencies")[0];
        Assert.Equal((200, 0), (euro.GetProperty("held").GetInt64(), euro.GetProperty("open").GetInt64()));
    }

    [Fact]
    [Trait("Accepts", "S2-07")]
    public async Task A_day_that_is_over_is_closed_once_and_computes_the_same_again()
    {
        var chip = await app.GivenChipAsync(1_000);
        var device = new TestDevice(app);
        var bought = await device.ReserveAsync("c1", chip.Uid, more: ",\"amount\":238");
        await device.CommitAsync(bought.Text("reservation_id"));
        await device.PostAsync("/device/v1/vends", """{"mdb_session_id":"coins","tender":{"kind":"cash"},"slot":"A2","amount":230}""");
        await StaffedApp.AskAsync(await Staff.SignInAsync(app, Staff.Operator), Guid.Parse(bought.Text("reservation_id")), 38);
        var organization = await app.QueryAsync(db => db.Set<Domain.Organization>().Select(o => o.Id).SingleAsync());
        await using var connection = new NpgsqlConnection(app.Database.Address.As(DatabaseAddress.CrossingRole, 1));
        await connection.OpenAsync();
        var closings = new Closings(connection, organization);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1.5);

        var closed = await closings.CloseAsync(tomorrow, default);
        var again = await closings.CloseAsync(tomorrow, default);
        var listed = await auditor.GetAsync("/api/v1/ledger/closings");
        var day = listed.Json.GetProperty("items").EnumerateArray().Single(d => d.GetProperty("entries").GetInt64() > 0);
        var one = await auditor.GetAsync($"/api/v1/ledger/closings/{day.GetProperty("day").GetString()}");
        var euro = one.Json.GetProperty("currencies").GetProperty("EUR");

        Assert.InRange(closed, 1, 2);
        Assert.Equal(0, again);
        Assert.True(one.Json.GetProperty("verified").GetBoolean());
        Assert.StartsWith("Europe/", one.String("time_zone"), StringComparison.Ordinal);
        Assert.Equal(200, euro.GetProperty("tenders").GetProperty("chips").GetInt64());
        Assert.Equal(230, euro.GetProperty("tenders").GetProperty("cash").GetInt64());
        Assert.Equal(38, euro.GetProperty("refunded").GetInt64());
        var earned = euro.GetProperty("revenue").EnumerateObject().Sum(r => r.Value.GetInt64())
            + euro.GetProperty("tax").EnumerateObject().Sum(r => r.Value.GetInt64());
        Assert.Equal(430, earned);
        Assert.Equal(one.Number("last_sequence") - one.Number("first_sequence") + 1, one.Number("entries"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => app.SetUpAsync("update closings set body = '{}'"));
        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
        await app.SetUpAsync("set session_replication_role = replica; update closings set body = replace(body, '238', '239')");
        Assert.False((await auditor.GetAsync($"/api/v1/ledger/closings/{day.GetProperty("day").GetString()}"))
            .Json.GetProperty("verified").GetBoolean());
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task An_export_verifies_first_and_a_broken_ledger_names_its_row()
    {
        string[] paths = ["/api/v1/ledger/statement.csv?account=held", "/api/v1/ledger/trial-balance.csv", "/api/v1/ledger/export", "/api/v1/chips/export"];
        await app.GivenChipAsync(1_000);
        await app.GivenChipAsync(2_000);

        foreach (var path in paths)
        {
            var whole = await auditor.GetAsync(path);
            Assert.Equal(200, whole.Status);
            Assert.NotEmpty(whole.Text);
        }

        await app.SetUpAsync(
            "set session_replication_role = replica; update ledger_entries set payload = replace(payload, '2000', '2001') "
            + "where sequence = (select max(sequence) from ledger_entries)");
        var row = await app.QueryAsync(db => db.Database.SqlQueryRaw<long>(
            "select max(sequence) as \"Value\" from ledger_entries").SingleAsync());
        foreach (var path in paths)
        {
            var broken = await auditor.GetAsync(path);
            Assert.Equal((409, "ledger_broken"), (broken.Status, broken.Code));
            Assert.Contains($"at row {row} (payload_changed)", broken.String("detail"), StringComparison.Ordinal);
        }

        Assert.Equal(paths.Length, await app.QueryAsync(db => db.Database.SqlQueryRaw<int>(
            "select count(*)::int as \"Value\" from audit_events where action in ('ledger.exported', 'chips.exported')").SingleAsync()));
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task Commands_for_cron_tell_nothing_of_a_broken_ledger()
    {
        var chip = await app.GivenChipAsync(1_000);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var cli = new BooksCli(app.Database.Address, TimeProvider.System, errors);

        var statement = await cli.StatementAsync("Demo Automat", chip.Account, null, null, output);
        var trial = await cli.TrialBalanceAsync(null, null, output);
        var closing = await cli.ClosingAsync("Demo Automat", null, output);
        var unknown = await cli.TrialBalanceAsync("Nobody", null, output);
        var said = output.ToString();
        await app.SetUpAsync("set session_replication_role = replica; update ledger_entries set payload = replace(payload, '1000', '1001')");
        var broken = await cli.TrialBalanceAsync(null, null, output);
        using var export = new MemoryStream();
        var refused = await new LedgerCli(app.Database.Address, TimeProvider.System, errors).ExportAsync(new LedgerScope(), export);

        Assert.Equal((0, 0, 0, 2), (statement, trial, closing, unknown));
        Assert.Contains(",\"chip.topped_up\",1000,\"EUR\",1000,", said, StringComparison.Ordinal);
        Assert.Contains("\"sum\",\"EUR\",0", said, StringComparison.Ordinal);
        Assert.Equal((LedgerCli.Broken, LedgerCli.Broken), (broken, refused));
        Assert.Equal(0, export.Length);
        Assert.Contains("BROKEN at row", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(said, output.ToString());
    }
}
