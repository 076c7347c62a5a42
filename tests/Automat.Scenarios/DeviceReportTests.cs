using System.Globalization;
using System.Text.Json;
using Automat.Server.Machines.Drivers.Native;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What a machine is set to, and what it tells.</summary>
public sealed class DeviceReportTests : IAsyncLifetime
{
    private const string Config = "/device/v1/config";

    private TestApp app = null!;
    private TestDevice device = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        device = new TestDevice(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    [Trait("Accepts", "S2-11")]
    public async Task The_configuration_is_sent_once_and_again_only_when_it_changed()
    {
        var first = await device.GetAsync(Config);
        var same = await device.GetAsync(Config, first.Etag);
        await app.SetUpAsync("update slots set price = 999 where machine_id = 'snack-1' and code = 'A1'");
        var changed = await TestApp.EventuallyAsync(() => device.GetAsync(Config, first.Etag), a => a.Status == 200);

        Assert.Equal(200, first.Status);
        Assert.Matches("^\"[0-9a-f]+\"$", first.Etag!);
        Assert.Equal(first.Etag!.Trim('"'), first.Text("version"));
        Assert.Equal("EUR", first.Text("currency"));
        Assert.Equal("A1", first.Json.GetProperty("slots")[0].GetProperty("code").GetString());
        Assert.Equal((304, JsonValueKind.Undefined), (same.Status, same.Json.ValueKind));
        Assert.NotEqual(first.Etag, changed.Etag);
        Assert.Equal(999, changed.Json.GetProperty("slots")[0].GetProperty("price").GetInt64());
    }

    [Fact]
    [Trait("Accepts", "S2-13")]
    public async Task A_heartbeat_tells_whether_the_configuration_in_use_is_old()
    {
        var etag = (await device.GetAsync(Config)).Etag!;
        var fresh = await HeartbeatAsync(etag.Trim('"'));
        await app.SetUpAsync("update slots set price = 998 where machine_id = 'snack-1' and code = 'A1'");
        await TestApp.EventuallyAsync(() => device.GetAsync(Config, etag), a => a.Status == 200);
        var stale = await HeartbeatAsync(etag.Trim('"'));

        Assert.False(fresh.Json.GetProperty("reload_config").GetBoolean());
        Assert.True(stale.Json.GetProperty("reload_config").GetBoolean());
        Assert.True(fresh.Number("next_heartbeat_s") > 0);
    }

    [Fact]
    public async Task Events_are_had_once_gaps_are_asked_for_and_come_later()
    {
        var first = await EventsAsync(Cash(1), Cash(4));
        var again = await EventsAsync(Cash(1), Cash(4));
        var booked = (await app.BalancesAsync())["cash:snack-1"];
        var filled = await EventsAsync(Cash(3), Cash(2));

        Assert.Equal((1L, "2-3"), (first.Number("through"), Missing(first)));
        Assert.Equal((1L, "2-3"), (again.Number("through"), Missing(again)));
        Assert.Equal(-200, booked);
        Assert.Equal((4L, ""), (filled.Number("through"), Missing(filled)));
        Assert.Equal(-400, (await app.BalancesAsync())["cash:snack-1"]);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_bad_event_is_named_and_holds_up_no_other()
    {
        var answer = await EventsAsync(
            """{"sequence":1,"type":"cash_sale","slot":"Z9"}""", """{"sequence":2,"type":"of_tomorrow"}""", Cash(3),
            """{"sequence":4,"type":"door","open":true}""");
        var reused = await EventsAsync("""{"sequence":3,"type":"power_on"}""");

        Assert.Equal(4, answer.Number("through"));
        Assert.Equal(
            ["1 slot_unknown", "2 event_type_unknown"],
            answer.Json.GetProperty("refused").EnumerateArray()
                .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.GetProperty("sequence").GetInt64()} {r.GetProperty("code").GetString()}")));
        Assert.Equal("sequence_reused", reused.Json.GetProperty("refused")[0].GetProperty("code").GetString());
        Assert.Equal(-100, (await app.BalancesAsync())["cash:snack-1"]);
    }

    [Fact]
    public async Task What_the_machine_has_lost_is_given_up()
    {
        var gap = await EventsAsync(Cash(10));
        var given = await device.PostAsync("/device/v1/events", """{"events":[],"oldest":9}""");

        Assert.Equal("1-9", Missing(gap));
        Assert.Equal((8L, 10L, "9-9"), (given.Number("through"), given.Number("highest"), Missing(given)));
    }

    [Fact]
    [Trait("Accepts", "S2-31")]
    public async Task A_reset_of_the_bus_counts_as_success_and_a_failure_gives_back()
    {
        var chip = await app.GivenChipAsync(1_000);
        var reset = await device.ReserveAsync("reset", chip.Uid, more: ",\"amount\":100");
        var taken = await EventsAsync($$"""{"sequence":1,"type":"vend_reset","reservation_id":"{{reset.Text("reservation_id")}}"}""");
        var failed = await device.ReserveAsync("failed", chip.Uid, more: ",\"amount\":200");
        var told = await EventsAsync(
            $$"""{"sequence":2,"type":"vend_failed","reservation_id":"{{failed.Text("reservation_id")}}","code":"motor_jam"}""");

        Assert.Equal(0, taken.Json.GetProperty("refused").GetArrayLength());
        Assert.Equal(0, told.Json.GetProperty("refused").GetArrayLength());
        Assert.Equal(900, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task What_was_told_long_ago_is_forgotten_and_not_had_again()
    {
        await EventsAsync(Cash(1), Cash(2), Cash(3), Cash(5));
        await app.SetUpAsync("update machine_events set received_at = received_at - interval '500 days' where sequence <> 3");
        var sweep = app.Services.GetRequiredService<EventSweep>();

        var gone = await sweep.SweepAsync(TimeSpan.FromDays(400), default);
        var more = await sweep.SweepAsync(TimeSpan.FromDays(400), default);
        var told = await EventsAsync(Cash(1), Cash(2), Cash(4));

        // Beyond a gap nothing is forgotten: what is missing is still asked for.
        Assert.Equal((2, 0), (gone, more));
        Assert.Equal((5L, ""), (told.Number("through"), Missing(told)));
        Assert.Equal(-500, (await app.BalancesAsync())["cash:snack-1"]);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Too_many_events_at_once_are_refused()
    {
        var answer = await EventsAsync([.. Enumerable.Range(1, 101).Select(n => $$"""{"sequence":{{n}},"type":"power_on"}""")]);

        Assert.Equal((422, "events_too_large"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_long_poll_ends_when_the_server_stops()
    {
        var waiting = device.GetAsync("/device/v1/commands?wait=60");
        await device.GetAsync(Config);

        await app.RestartAsync();

        try
        {
            Assert.Equal(0, (await waiting).Json.GetProperty("commands").GetArrayLength());
        }
        catch (HttpRequestException)
        {
            // It had not been sent yet: the server was gone before.
        }
    }

    private static string Cash(int sequence) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"sequence":{{sequence}},"type":"cash_sale","slot":"A2","amount":100}""");

    private static string Missing(DeviceAnswer answer) => string.Join(',', answer.Json.GetProperty("missing").EnumerateArray()
        .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.GetProperty("from").GetInt64()}-{r.GetProperty("to").GetInt64()}")));

    private Task<DeviceAnswer> EventsAsync(params string[] events) =>
        device.PostAsync("/device/v1/events", $$"""{"events":[{{string.Join(',', events)}}]}""");

    private Task<DeviceAnswer> HeartbeatAsync(string etag) =>
        device.PostAsync("/device/v1/heartbeat", $$"""{"firmware":"1.0","config_etag":"{{etag}}","faults":[]}""");
}
