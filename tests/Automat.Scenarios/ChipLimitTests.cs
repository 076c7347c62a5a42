using System.Net;
using System.Text.Json;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Limits and locks at the machine.</summary>
[Trait("Accepts", "S2-02")]
public sealed class ChipLimitTests(SharedApp shared) : IClassFixture<SharedApp>, IAsyncLifetime
{
    private readonly TestApp app = shared.App;
    private readonly TestDevice device = new(shared.App);

    /// <summary>Nothing is sold out, in whatever order the tests run.</summary>
    public async ValueTask InitializeAsync() =>
        await app.SetUpAsync("update slots set stock = 5000, capacity = 5000 where capacity is not null");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_limit_counts_what_is_held_and_delivered_and_says_when_it_opens_again()
    {
        var chip = await GivenAsync(new { day = new { amount = 500 } });

        var first = await BuyAsync(chip, 300);
        var cancelled = await device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":200");
        await device.CancelAsync(cancelled.Text("reservation_id"));
        var above = await device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":201");
        var exact = await BuyAsync(chip, 200);
        var nothing = await device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":1");

        Assert.Equal((201, 201), (first.Status, exact.Status));
        Assert.Equal((409, "limit_day", "day"), (above.Status, above.Code, above.Text("rule")));
        Assert.Matches("^Day limit, again [A-Z][a-z]{2} 00:00$", above.Text("display"));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(above.Number("opens_at"), now - 60, now + (26 * 3600));
        Assert.Equal("limit_day", nothing.Code);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task The_day_is_the_day_at_the_machine()
    {
        var chip = await GivenAsync(new { day = new { vends = 1 } });
        var sold = await BuyAsync(chip, 100);
        await app.SetUpAsync(
            "update vends set reserved_at = (date_trunc('day', now() at time zone 'Europe/Berlin') at time zone 'Europe/Berlin') "
            + $"- interval '1 second' where id = '{sold.Text("reservation_id")}'");
        await app.SetUpAsync("update machines set time_zone = 'Europe/Berlin' where id = 'snack-1'");

        var today = await BuyAsync(chip, 100);

        Assert.Equal(201, today.Status);
        Assert.Equal("limit_day", (await device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":100")).Code);
    }

    [Fact]
    [Trait("Accepts", "S2-22")]
    public async Task Two_machines_race_and_never_sell_more_than_the_limit_together()
    {
        TestDevice[] machines = [device, new(app, "fridge-1"), new(app, "robot-1")];
        var chip = await GivenAsync(new { day = new { vends = 10 }, week = new { amount = 1_500 } });
        var sold = 0;
        await Task.WhenAll(machines.Select(async machine =>
        {
            for (var i = 0; i < 15; i++)
            {
                var held = await machine.PostAsync(
                    "/device/v1/vends", $$$"""{"mdb_session_id":"{{{Session()}}}","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":100}""");
                if (held.Status != 201) continue;
                Interlocked.Increment(ref sold);
                await machine.CommitAsync(held.Text("reservation_id"));
            }
        }));
        while ((await BuyAsync(chip, 100)).Status == 201) sold++; // whoever was busy all the time

        Assert.Equal(10, sold);
        Assert.Equal(10_000 - 1_000, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-03")]
    public async Task What_has_an_age_limit_is_sold_to_chips_with_a_proof_of_age_only()
    {
        var number = await app.QueryAsync(db => db.Database.SqlQuery<int>(
            $"select p.number as \"Value\" from slots s join products p on p.id = s.product_id where s.machine_id = 'snack-1' and s.code = 'B1'").SingleAsync());
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/products/{number}", new { age_limit = 18 });
        var chip = await app.GivenChipAsync(5_000);

        var refused = await device.ReserveAsync(Session(), chip.Uid, "B1");
        var unnamed = await device.PostAsync(
            "/device/v1/vends", $$$"""{"mdb_session_id":"{{{Session()}}}","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":100}""");
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chip.Id}", new { flags = new { proof_of_age = true } });
        var sold = await device.ReserveAsync(Session(), chip.Uid, "B1");
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/products/{number}", new { age_limit = 0 });

        Assert.Equal((409, "age_proof_missing", "Proof of age needed"), (refused.Status, refused.Code, refused.Text("display")));
        Assert.Equal("age_proof_missing", unnamed.Code);
        Assert.Equal(201, sold.Status);
    }

    [Fact]
    [Trait("Accepts", "S2-03")]
    public async Task The_organisations_lock_holds_for_all_and_a_group_or_chip_lifts_it()
    {
        var locks = new { limits = new { locks = new Dictionary<string, string> { ["Sweets"] = "never" } }, time_zone = "Europe/Berlin" };
        await app.AllowAsync("settings.write");
        Assert.Equal(HttpStatusCode.OK, (await app.CallAsync(HttpMethod.Put, "/api/v1/chips/settings", locks)).Status);
        var plain = await app.GivenChipAsync(5_000);
        var lifted = await GivenAsync(new { locks = new Dictionary<string, string> { ["Sweets"] = "open" } });
        var sweets = await SlotOfAsync("Sweets");

        var refused = await device.ReserveAsync(Session(), plain.Uid, sweets);
        var sold = await device.ReserveAsync(Session(), lifted.Uid, sweets);
        await app.CallAsync(HttpMethod.Put, "/api/v1/chips/settings", new { });

        Assert.Equal(("category_locked", "category:Sweets", "Not sold to this chip"), (refused.Code, refused.Text("rule"), refused.Text("display")));
        Assert.Equal(201, sold.Status);
    }

    [Fact]
    public async Task Outside_its_hours_a_chip_buys_nothing_and_is_told_when_it_may()
    {
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(2).DayOfWeek.ToString();
        var chip = await GivenAsync(new { hours = new[] { new { days = new[] { tomorrow.ToLowerInvariant() }, from = "11:30", to = "12:30" } } });

        var refused = await device.ReserveAsync(Session(), chip.Uid);

        Assert.Equal(("outside_hours", "hours"), (refused.Code, refused.Text("rule")));
        Assert.Equal($"Not now, again {tomorrow[..3]} 11:30", refused.Text("display"));
    }

    [Fact]
    public async Task A_group_of_machines_has_a_limit_of_its_own()
    {
        var (_, machine, etag) = await app.CallAsync(HttpMethod.Get, "/api/v1/machines/fridge-1");
        Assert.Equal(HttpStatusCode.OK, (await app.CallAsync(HttpMethod.Patch, "/api/v1/machines/fridge-1", new { group = "canteen" }, match: etag)).Status);
        await TestApp.EventuallyAsync(() => app.CallAsync(HttpMethod.Get, "/api/v1/machines/fridge-1"), m => m.Body.GetProperty("group").GetString() == "canteen");
        var canteen = new TestDevice(app, "fridge-1");
        var chip = await GivenAsync(new { machine_groups = new { canteen = new { day = new { vends = 1 } } } });
        var first = await canteen.ReserveAsync(Session(), chip.Uid, "A1", ",\"amount\":100");
        await canteen.CommitAsync(first.Text("reservation_id"));

        var second = await TestApp.EventuallyAsync(
            () => canteen.ReserveAsync(Session(), chip.Uid, "A1", ",\"amount\":100"), a => a.Status != 201);
        var elsewhere = await BuyAsync(chip, 100);

        Assert.Equal("day:machine_group:canteen", second.Text("rule"));
        Assert.Equal(201, elsewhere.Status);
        Assert.Equal(JsonValueKind.Null, machine.GetProperty("group").ValueKind);
    }

    [Fact]
    public async Task Given_back_after_delivery_it_does_not_count_any_more()
    {
        var chip = await GivenAsync(new { day = new { amount = 200 } });
        var sold = await BuyAsync(chip, 200);
        await app.SetUpAsync($"update vends set refunded = 200, status = 'Refunded' where id = '{sold.Text("reservation_id")}'");

        Assert.Equal(201, (await BuyAsync(chip, 200)).Status);
        Assert.Equal("limit_day", (await device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":1")).Code);
    }

    private static string Session() => Guid.CreateVersion7().ToString("N");

    private async Task<TestChip> GivenAsync(object limits)
    {
        var chip = await app.GivenChipAsync(10_000);
        var (status, body, _) = await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chip.Id}", new { limits });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
        return chip;
    }

    private async Task<DeviceAnswer> BuyAsync(TestChip chip, long amount)
    {
        var held = await device.ReserveAsync(Session(), chip.Uid, more: $",\"amount\":{amount}");
        if (held.Status == 201) await device.CommitAsync(held.Text("reservation_id"));
        return held;
    }

    private async Task<string> SlotOfAsync(string category)
    {
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "select s.code from slots s join products p on p.id = s.product_id where s.machine_id = 'snack-1' and p.category = $1 order by 1 limit 1", superuser)
        {
            Parameters = { new() { Value = category } },
        };
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
