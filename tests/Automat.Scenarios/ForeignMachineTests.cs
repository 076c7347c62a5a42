using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>
/// A machine of another organisation, with a good secret of its own, tries everything machines can with the names of ours:
/// every address of the device API and every topic of every driver, found in the running server.
/// </summary>
public sealed partial class ForeignMachineTests(ForeignMachineTests.Intruders shared) : IClassFixture<ForeignMachineTests.Intruders>
{
    private const string Intruder = "intruder";
    private const string Secret = "secret-of-the-intruder";

    // Not the one the machines of all other tests have: nothing but what happens here may reach ours.
    private const string OurSecret = "secret-of-a-machine-of-ours";

    // What becomes other by itself while a test runs.
    private static readonly string[] MovesByItself =
    [
        "machine_statuses", "machine_outages", "audit_checks", "ledger_postings", "posting_marks", "closings", "inbox_events",
        "card_holds", "debts", // sent to the provider and asked about
        "door_visits", "temperature_minutes",
        "machine_days", "machine_spans", "tender_days", "product_days", "failure_days", "report_marks", "vend_entries", "slot_clocks", "sold_out_days", "sold_out_marks", // summed up
        "provider_entries", "settled_payments", "settlement_days", "settlement_marks", // compared with the provider
    ];

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-20")]
    [Trait("Accepts", "S2-26")]
    public async Task At_no_device_address_does_it_find_what_is_ours()
    {
        var ours = new TestDevice(app, "snack-1", OurSecret);
        var chip = await app.GivenChipAsync(1_000);
        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/commands", new { kind = "refresh_telemetry", deadline_seconds = 600 });
        var command = (await ours.PollAsync(30)).Json.GetProperty("commands")[0].GetProperty("id").GetString()!;
        var held = (await ours.ReserveAsync("ours-1", chip.Uid)).Text("reservation_id");
        var theirs = new TestDevice(app, Intruder, Secret);
        var before = await RowsAsync();

        var tried = 0;
        foreach (var (method, route) in DeviceAddresses())
        {
            var id = route.Contains("/commands/", StringComparison.Ordinal) ? command : held;
            var path = Placeholder().Replace(route, id);
            var body = route.EndsWith("/acknowledgement", StringComparison.Ordinal) ? """{"outcome":"done"}""" : "";

            var answer = method == "GET" ? await theirs.GetAsync(path) : await theirs.PostAsync(path, body);

            if (path != route) Assert.Equal((method, path, 404), (method, path, answer.Status));
            var said = answer.Json.ValueKind is JsonValueKind.Undefined ? "" : answer.Json.GetRawText();
            Assert.DoesNotContain("snack-1", said, StringComparison.Ordinal);
            Assert.False(method == "GET" && said.Contains(command, StringComparison.Ordinal), $"{path} shows our command.");
            tried++;
        }

        Assert.True(tried >= 8, $"The device API has only {tried} addresses.");
        var withOurChip = await theirs.PostAsync(
            "/device/v1/vends", $$$"""{"mdb_session_id":"theirs-1","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":100}""");
        Assert.Equal("chip_unknown", withOurChip.Code);
        var asUs = await new TestDevice(app, "snack-1", Secret).GetAsync("/device/v1/config");
        Assert.Equal((401, "signature_wrong"), (asUs.Status, asUs.Code));
        var ownSession = await theirs.PostAsync(
            "/device/v1/vends", $$$"""{"mdb_session_id":"ours-1","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":150}""");
        Assert.NotEqual(201, ownSession.Status);

        Assert.Equal(before, await RowsAsync());
        Assert.Equal(200, (await ours.CancelAsync(held)).Status);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-20")]
    [Trait("Accepts", "S1-06")]
    public async Task On_no_topic_of_any_driver_does_it_hear_or_say_what_is_ours()
    {
        var (reads, writes) = await TopicsAsync();
        Assert.True(reads.Count >= 4 && writes.Count >= 4, "The drivers name hardly a topic.");
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        await using var theirs = await ConnectAsync(Intruder, Secret);
        var before = await RowsAsync();

        foreach (var filter in reads.Concat(writes).Concat(["#", "+/+/#", "automat/#", "arcade/machine/+/coinpulse", "$share/g/#", "$SYS/#"]))
        {
            // A wildcard may be granted: then it covers what one may read, and no more.
            var granted = await theirs.SubscribeAsync(filter);
            if (!filter.Contains('#', StringComparison.Ordinal) && !filter.Contains('+', StringComparison.Ordinal))
                Assert.True((byte)granted >= 0x80, $"It may read {filter}: {granted}.");
        }

        foreach (var topic in writes.Concat(reads))
        {
            var said = await theirs.PublishAsync(new MqttMessage
            {
                Topic = topic,
                Payload = Encoding.UTF8.GetBytes("""{"command_id":"x","status":"ack","outcome":"done","events":[],"faults":["door"]}"""),
                Qos = MqttQos.AtLeastOnce,
                Retain = true,
            });
            Assert.True((byte)said >= 0x80, $"It may write {topic}: {said}.");
        }

        Assert.Equal(before, await RowsAsync());

        // Something really passes, to the cabinet alone.
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, Automat.Domain.Vends.VendStatus.Committed);
        while (theirs.Messages.TryRead(out var heard))
        {
            Assert.StartsWith($"automat/v1/{Intruder}/", heard.Message.Topic, StringComparison.Ordinal);
        }
    }

    private static async Task<List<string>> NamesAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) names.Add(reader.GetString(0));
        return names;
    }

    private async Task<MqttClient> ConnectAsync(string name, string secret)
    {
        var client = new MqttClient(new MqttClientOptions { Port = app.MqttPort, UserName = name, Password = secret, ClientId = "a-guest" });
        await client.ConnectAsync();
        return client;
    }

    private IEnumerable<(string Method, string Route)> DeviceAddresses() =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.RawText?.StartsWith("/device/v1/", StringComparison.Ordinal) is true
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (method, endpoint.RoutePattern.RawText!);

    /// <summary>What our machines read and write, as their drivers say.</summary>
    private async Task<(List<string> Reads, List<string> Writes)> TopicsAsync()
    {
        var drivers = app.Services.GetRequiredService<DriverRegistry>();
        var ours = new Id<Organization>(Guid.Parse(shared.First));
        var machines = await app.QueryAsync(db => db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == ours).ToListAsync());
        List<string> reads = [], writes = [];
        foreach (var machine in machines)
        {
            if (drivers.Of(machine) is not IMqttDriver driver) continue;
            reads.AddRange(driver.ReadsOf(machine));
            writes.AddRange(driver.WritesOf(machine));
        }

        return (reads, writes);
    }

    /// <summary>Every row of ours, in whatever tables there are: as it is, or its print where there are many.</summary>
    private async Task<string> RowsAsync()
    {
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        var prints = new StringBuilder();
        foreach (var table in await NamesAsync(
            superuser,
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind "
            + "in ('r', 'p') and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' "
            + "and not a.attisdropped) order by 1"))
        {
            if (MovesByItself.Contains(table)) continue;
            await using var command = new NpgsqlCommand(
                "select case when length(rows) > 500 then md5(rows) else coalesce(rows, '-') end from (select string_agg(t::text, '|' "
                + $"order by t::text) as rows from {table} t where organization_id = '{shared.First}') all_of_them",
                superuser);
            prints.Append(table).Append(' ').AppendLine((string)(await command.ExecuteScalarAsync())!);
        }

        return prints.ToString();
    }

    [GeneratedRegex(@"\{\w+(:\w+)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    /// <summary>Two organisations, of which the other one has a machine with a secret of its own.</summary>
    public sealed class Intruders : TwoTenants
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await App.SetUpAsync(
                "insert into machines select (jsonb_populate_record(m, jsonb_build_object("
                + $"'id', '{Intruder}', 'name', '{Intruder}', 'organization_id', '{Other}'))).* from machines m where id = 'snack-1'");
            await App.GiveSecretAsync(Intruder, Secret);
            await App.GiveSecretAsync("snack-1", OurSecret);
        }
    }
}
