using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Automat.Testing;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>The log of who did what, as staff read, filter, export and verify it.</summary>
public sealed class AuditApiTests(AuditedApp shared) : IClassFixture<AuditedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S0-07")]
    [Trait("Accepts", "S2-19")]
    public async Task An_inventory_update_is_logged_with_who_did_what_and_when()
    {
        await app.GivenMachineAsync("stocked");

        await app.CallAsync(HttpMethod.Put, "/api/v1/machines/stocked/slots", new
        {
            slots = new[] { new { code = "A1", product = 1, price = 180, capacity = 10, par_level = 8, stock = 9 } },
        });

        var log = await ListAsync("subject=slot/stocked/A1");
        Assert.Equal(["slot.changed", "slot.added"], log.Select(ActionOf));
        Assert.Equal(
            """{"price":{"from":150,"to":180},"stock":{"from":5,"to":9}}""", log[0].GetProperty("changes").GetRawText());
        var actor = log[0].GetProperty("actor");
        Assert.Equal("token", actor.GetProperty("kind").GetString());
        Assert.True(Guid.TryParse(actor.GetProperty("id").GetString(), out _));
        Assert.Equal("127.0.0.0/24", log[0].GetProperty("origin").GetString());
        Assert.True(log[0].GetProperty("at").GetDateTimeOffset() >= log[1].GetProperty("at").GetDateTimeOffset());
        var noted = Assert.Single(await ListAsync("subject=machine/stocked&action=planogram.changed&limit=1"));
        Assert.Equal(
            noted.GetProperty("correlation_id").GetString(), log[0].GetProperty("correlation_id").GetString());
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task A_top_up_is_noted_with_its_entry_in_the_same_transaction_once_and_a_refused_one_is_not()
    {
        var chip = await app.GivenChipAsync(0);

        var booked = await app.TopUpAsync(chip, 700, "noted-once");
        await app.TopUpAsync(chip, 700, "noted-once");
        await app.TopUpAsync(chip, 800, "noted-once");

        var noted = Assert.Single(await ListAsync($"subject=chip/{chip.Id}&action=chip.topped_up"));
        Assert.Equal("token", noted.GetProperty("actor").GetProperty("kind").GetString());
        Assert.StartsWith(
            $"7.00 EUR, ledger entry {booked.GetProperty("ledger_sequence").GetInt64()}",
            noted.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        await using var same = new NpgsqlCommand(
            $"select count(*) from audit_events a join ledger_entries e on e.organization_id = a.organization_id and e.sequence = "
            + $"{booked.GetProperty("ledger_sequence").GetInt64()} and e.xmin = a.xmin where a.subject = '{chip.Id}' "
            + "and a.action = 'chip.topped_up'", superuser);
        Assert.Equal(1L, await same.ExecuteScalarAsync());
    }

    [Fact]
    [Trait("Accepts", "S0-09")]
    [Trait("Accepts", "S2-19")]
    public async Task The_history_is_paged_newest_first_without_gaps()
    {
        await app.GivenMachineAsync("paged");
        var numbers = new List<long>();
        long? cursor = null;
        do
        {
            var page = await PageAsync("limit=7" + (cursor is { } c ? $"&cursor={c}" : ""));
            var items = page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("number").GetInt64()).ToList();
            Assert.InRange(items.Count, 1, 7);
            numbers.AddRange(items);
            cursor = page.GetProperty("next_cursor").ValueKind is JsonValueKind.Null ? null : page.GetProperty("next_cursor").GetInt64();
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] - i), numbers);
        Assert.Equal(1, numbers[^1]);
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task Every_filter_finds_its_own()
    {
        await app.GivenMachineAsync("filtered");
        var (_, _, etag) = await app.CallAsync(HttpMethod.Get, "/api/v1/machines/filtered");
        await app.CallAsync(HttpMethod.Patch, "/api/v1/machines/filtered", new { location = "50% off_Cellar" }, match: etag);

        var changed = Assert.Single(await ListAsync("subject=machine/filtered&action=machine.changed"));
        Assert.Equal(
            """{"location":{"from":"Here","to":"50% off_Cellar"}}""", changed.GetProperty("changes").GetRawText());
        Assert.All(await ListAsync("action=machine.*&limit=200"), e => Assert.StartsWith("machine.", ActionOf(e), StringComparison.Ordinal));
        Assert.All(await ListAsync("subject=slot&limit=200"), e => Assert.StartsWith("slot.", ActionOf(e), StringComparison.Ordinal));
        Assert.Single(await ListAsync("text=50%25%20off_cellar"));
        Assert.Empty(await ListAsync("text=50_off"));
        Assert.Contains(await ListAsync("actor=system&limit=200"), e => ActionOf(e) == "organization.added");
        Assert.Contains(await ListAsync("actor=system:first-start&limit=200"), e => ActionOf(e) == "machine.added");
        var at = changed.GetProperty("at").GetDateTimeOffset();
        var when = Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture));
        Assert.Single(await ListAsync($"subject=machine/filtered&action=machine.changed&from={when}"));
        Assert.Empty(await ListAsync($"subject=machine/filtered&action=machine.changed&to={when}"));
        Assert.All(await ListAsync($"from={when}"), e => Assert.True(e.GetProperty("at").GetDateTimeOffset() >= at));
        Assert.Empty(await ListAsync("to=2020-01-01T00:00:00Z"));
        Assert.Empty(await ListAsync("actor=person:nobody"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=0", "cursor")]
    [InlineData("actor=", "actor")]
    [InlineData("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("organization=demo", "organization")]
    public async Task A_question_that_cannot_be_is_refused_with_the_field(string query, string field)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/audit?" + query);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("query_invalid", body.GetProperty("code").GetString());
        Assert.True(body.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task The_log_is_exported_for_spreadsheets_and_that_is_in_the_log()
    {
        await app.GivenMachineAsync("exported");

        var csv = await app.StaffAsync(HttpMethod.Get, "/api/v1/audit/export?format=csv&subject=machine/exported");

        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("number,at,actor_kind,actor,", lines[0], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"machine.registered\",\"machine\",\"exported\",\"{\"\"created_at\"\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"planogram.changed\"", lines[2], StringComparison.Ordinal);
        Assert.NotEmpty(await ListAsync("action=audit.exported"));
        var (status, body, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/audit/export?format=xlsx");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "query_invalid"), (status, body.GetProperty("code").GetString()));
    }

    [Theory]
    [Trait("Accepts", "S2-19")]
    [InlineData("POST", "/api/v1/audit")]
    [InlineData("PUT", "/api/v1/audit")]
    [InlineData("DELETE", "/api/v1/audit")]
    [InlineData("DELETE", "/api/v1/audit/1")]
    public async Task Nothing_adds_changes_or_removes_an_event_from_outside(string method, string path)
    {
        var (status, _, _) = await app.CallAsync(new HttpMethod(method), path);

        Assert.Contains(status, new[] { HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound });
    }

    [Theory]
    [Trait("Accepts", "S2-20")]
    [InlineData("/api/v1/audit")]
    [InlineData("/api/v1/audit/export?format=csv")]
    [InlineData("/api/v1/audit/verify")]
    public async Task Nobody_reads_it_without_signing_in(string path)
    {
        var (status, _, _) = await app.CallAsync(HttpMethod.Get, path, key: null);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }

    [Theory]
    [Trait("Accepts", "S2-20")]
    [InlineData("/api/v1/audit?organization=platform&reason=just%20curious")]
    [InlineData("/api/v1/audit?organization=019f0000-0000-7000-8000-000000000000&reason=just%20curious")]
    [InlineData("/api/v1/audit/export?format=ndjson&organization=platform&reason=just%20curious")]
    public async Task Another_organisations_log_takes_the_platforms_role(string path)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Get, path);

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (status, body.GetProperty("code").GetString()));
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task Signing_in_and_enrolling_bear_the_name_of_whoever_did_it()
    {
        using var admin = new RobotBuyer(app);
        using (await admin.Browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password }))
        {
            var signedIn = (await ListAsync("action=person.signed_in"))[0];
            Assert.Equal(
                ("person", signedIn.GetProperty("subject").GetProperty("id").GetString()),
                (signedIn.GetProperty("actor").GetProperty("kind").GetString(), signedIn.GetProperty("actor").GetProperty("id").GetString()));
        }

        await app.GivenMachineAsync("enrolled");
        var (_, offered, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/enrolled/enrolments");
        var (status, _, _) = await app.CallAsync(
            HttpMethod.Post, "/device/v1/enrolments", new { code = offered.GetProperty("code").GetString() }, key: null);
        Assert.Equal(HttpStatusCode.Created, status);
        var enrolled = Assert.Single(await ListAsync("subject=machine/enrolled&action=machine.enrolled"));
        Assert.Equal("machine", enrolled.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("enrolled", enrolled.GetProperty("actor").GetProperty("id").GetString());
        Assert.Contains(
            await ListAsync("actor=machine:enrolled&subject=machine_secret"),
            e => e.GetProperty("changes").GetProperty("protected_secret").GetString() == "set");
    }

    private async Task<List<JsonElement>> ListAsync(string query) =>
        [.. (await PageAsync(query)).GetProperty("items").EnumerateArray()];

    private async Task<JsonElement> PageAsync(string query)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/audit?" + query);
        Assert.True(status is HttpStatusCode.OK, body.ToString());
        return body;
    }

    private static string ActionOf(JsonElement one) => one.GetProperty("action").GetString()!;
}
