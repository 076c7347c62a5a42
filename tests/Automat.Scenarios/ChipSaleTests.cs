using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>A machine with a card reader sells by itself: reserve, dispense, commit or cancel.</summary>
public sealed class ChipSaleTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;
    private readonly TestDevice device = new(shared.App);

    [Fact]
    [Trait("Accepts", "S2-06")]
    [Trait("Accepts", "S2-31")]
    public async Task Reserve_dispense_commit_takes_the_price_and_writes_an_entry_each()
    {
        var chip = await app.GivenChipAsync(1_000);

        var held = await device.ReserveAsync("vend-1", chip.Uid, more: ",\"amount\":200");
        var during = await app.CreditAsync(chip);
        var committed = await device.CommitAsync(held.Text("reservation_id"), """{"evidence":"vend_success"}""");

        Assert.Equal(201, held.Status);
        Assert.Equal(("reserved", 200, "EUR", 800), (held.Text("status"), held.Number("amount"), held.Text("currency"), held.Number("balance_after")));
        Assert.True(held.Number("expires_at") > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(800, during);
        Assert.Equal((200, "committed", 200), (committed.Status, committed.Text("status"), committed.Number("amount")));
        Assert.Equal(800, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-06")]
    public async Task Cancel_gives_everything_back()
    {
        var chip = await app.GivenChipAsync(1_000);
        var held = await device.ReserveAsync("vend-2", chip.Uid);

        var cancelled = await device.CancelAsync(held.Text("reservation_id"), """{"reason":"vend_failure"}""");

        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.Equal(1_000, await app.CreditAsync(chip));
        Assert.Equal(409, (await device.SendAsync(device.Sign("POST", $"/device/v1/vends/{await CommittedAsync(chip)}/cancel", ""))).Status);
    }

    [Fact]
    public async Task Less_than_held_may_be_delivered_and_more_may_not()
    {
        var chip = await app.GivenChipAsync(1_000);
        var held = await device.ReserveAsync("vend-3", chip.Uid, more: ",\"amount\":300,\"quantity\":2");
        var id = held.Text("reservation_id");

        var above = await device.CommitAsync(id, """{"amount":301}""");
        var nothing = await device.CommitAsync(id, """{"amount":0}""");
        var part = await device.CommitAsync(id, """{"amount":190}""");

        Assert.Equal((422, "delivered_above_hold"), (above.Status, above.Code));
        Assert.Equal((422, "delivered_nothing"), (nothing.Status, nothing.Code));
        Assert.Equal(190, part.Number("amount"));
        Assert.Equal(810, await app.CreditAsync(chip));
        Assert.Equal((422, "idempotency_key_reused"), (await device.CommitAsync(id, """{"amount":200}""")) is var other ? (other.Status, other.Code) : default);
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task A_machine_over_a_flaky_link_may_repeat_everything()
    {
        var chip = await app.GivenChipAsync(1_000);

        // Every answer is lost once: the machine says the same again, also both at the same moment.
        var held = await Task.WhenAll(device.ReserveAsync("flaky", chip.Uid), device.ReserveAsync("flaky", chip.Uid));
        await app.SetUpAsync("update slots set price = price + 1 where machine_id = 'snack-1' and code = 'A1'");
        var late = await device.ReserveAsync("flaky", chip.Uid);
        var id = late.Text("reservation_id");
        var commits = await Task.WhenAll(device.CommitAsync(id), device.CommitAsync(id));
        var again = await device.CommitAsync(id);
        var heldAfter = await device.ReserveAsync("flaky", chip.Uid);
        await app.SetUpAsync("update slots set price = price - 1 where machine_id = 'snack-1' and code = 'A1'");

        Assert.All(held.Append(late).Append(heldAfter), a => Assert.Equal((201, late.Json.GetRawText()), (a.Status, a.Json.GetRawText())));
        Assert.All(commits.Append(again), a => Assert.Equal((200, again.Json.GetRawText()), (a.Status, a.Json.GetRawText())));
        Assert.Equal(1_000 - again.Number("amount"), await app.CreditAsync(chip));
        var other = await device.ReserveAsync("flaky", chip.Uid, slot: "A3");
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task The_same_session_of_two_machines_is_two_sales()
    {
        var chip = await app.GivenChipAsync(1_000);
        var here = await device.ReserveAsync("shared-name", chip.Uid, more: ",\"amount\":100");
        await device.CommitAsync(here.Text("reservation_id"));

        var there = await new TestDevice(app, "fridge-1").ReserveAsync("shared-name", chip.Uid, more: ",\"amount\":100");

        Assert.Equal(201, there.Status);
        Assert.NotEqual(here.Text("reservation_id"), there.Text("reservation_id"));
        await new TestDevice(app, "fridge-1").CancelAsync(there.Text("reservation_id"));
    }

    [Fact]
    [Trait("Accepts", "S2-22")]
    public async Task Two_machines_race_for_one_chip_and_one_of_them_gets_it_every_time()
    {
        var chip = await app.GivenChipAsync(10_000);
        TestDevice[] machines = [device, new(app, "fridge-1"), new(app, "robot-1"), new(app, "cab001")];
        for (var round = 0; round < 25; round++)
        {
            var answers = await Task.WhenAll(machines.Select((m, i) => m.PostAsync(
                "/device/v1/vends",
                $$$"""{"mdb_session_id":"race-{{{round}}}-{{{i}}}","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":100}""")));

            var won = Assert.Single(answers, a => a.Status == 201);
            Assert.Equal(3, answers.Count(a => (a.Status, a.Code) == (409, "chip_busy")));
            var winner = machines[Array.IndexOf(answers, won)];
            if (round % 2 == 0) await winner.CommitAsync(won.Text("reservation_id"));
            else await winner.CancelAsync(won.Text("reservation_id"));
        }

        Assert.Equal(10_000 - (13 * 100), await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-22")]
    public async Task The_database_itself_refuses_a_second_open_sale_of_a_chip()
    {
        var chip = await app.GivenChipAsync(1_000);
        var held = await device.ReserveAsync("index", chip.Uid);

        var broken = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.SetUpAsync(
            "insert into vends select (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'session', null))).* "
            + $"from vends v where id = '{held.Text("reservation_id")}'"));

        Assert.Equal("ux_vends_open_chip", broken.ConstraintName);
        await device.CancelAsync(held.Text("reservation_id"));
    }

    [Fact]
    [Trait("Accepts", "S2-01")]
    public async Task A_refused_reserve_says_why_in_a_word_for_the_display()
    {
        var poor = await app.GivenChipAsync(10);
        var locked = await app.GivenChipAsync(1_000);
        var retired = await app.GivenChipAsync(1_000);
        await app.SetUpAsync($"update chips set state = 'Locked' where id = '{locked.Id}'");
        await app.SetUpAsync($"update chips set state = 'Retired' where id = '{retired.Id}'");
        await app.SetUpAsync("update slots set stock = 0 where machine_id = 'snack-1' and code = 'C4'");
        var rich = await app.GivenChipAsync(1_000);

        Assert.Equal((402, "insufficient_credit"), Said(await device.ReserveAsync("r1", poor.Uid)));
        Assert.Equal((409, "chip_locked"), Said(await device.ReserveAsync("r2", locked.Uid)));
        Assert.Equal((409, "chip_retired"), Said(await device.ReserveAsync("r3", retired.Uid)));
        Assert.Equal((404, "chip_unknown"), Said(await device.ReserveAsync("r4", "DEADBEEF")));
        Assert.Equal((422, "chip_uid_invalid"), Said(await device.ReserveAsync("r5", "xyz")));
        Assert.Equal((409, "sold_out"), Said(await device.ReserveAsync("r6", rich.Uid, slot: "C4")));
        Assert.Equal((404, "slot_unknown"), Said(await device.ReserveAsync("r7", rich.Uid, slot: "Z9")));
        Assert.Equal((422, "quantity_invalid"), Said(await device.ReserveAsync("r8", rich.Uid, more: ",\"quantity\":0")));
        Assert.Equal((422, "amount_invalid"), Said(await device.ReserveAsync("r9", rich.Uid, more: ",\"amount\":-5")));
        Assert.Equal((422, "tender_invalid"), Said(await device.PostAsync(
            "/device/v1/vends", """{"mdb_session_id":"r10","tender":{"kind":"shells"},"slot":"A1"}""")));
        Assert.Equal(1_000, await app.CreditAsync(rich));
    }

    [Fact]
    public async Task A_machine_reaches_its_own_sales_only()
    {
        var chip = await app.GivenChipAsync(1_000);
        var held = await device.ReserveAsync("mine", chip.Uid);
        var stranger = new TestDevice(app, "fridge-1");

        var commit = await stranger.CommitAsync(held.Text("reservation_id"));
        var cancel = await stranger.CancelAsync(held.Text("reservation_id"));

        Assert.Equal((404, "vend_unknown"), Said(commit));
        Assert.Equal((404, "vend_unknown"), Said(cancel));
        Assert.Equal((404, "vend_unknown"), Said(await device.CommitAsync("not-an-id")));
        Assert.Equal("committed", (await device.CommitAsync(held.Text("reservation_id"))).Text("status"));
    }

    [Fact]
    public async Task Cash_is_booked_at_once_and_once()
    {
        const string sale = """{"mdb_session_id":"coins-1","tender":{"kind":"cash"},"slot":"A2","amount":230}""";
        var before = (await app.BalancesAsync()).GetValueOrDefault("cash:snack-1");

        var first = await device.PostAsync("/device/v1/vends", sale);
        var again = await device.PostAsync("/device/v1/vends", sale);

        Assert.Equal((201, "committed"), (first.Status, first.Text("status")));
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal(before - 230, (await app.BalancesAsync())["cash:snack-1"]);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-05")]
    [Trait("Accepts", "S2-trap-plain-hash")]
    public async Task The_uid_of_a_chip_is_in_no_table_in_clear()
    {
        var chip = await app.GivenChipAsync(500);
        var held = await device.ReserveAsync("secret-uid", chip.Uid);
        await device.CommitAsync(held.Text("reservation_id"));

        var rows = await app.QueryAsync(db => db.Database.SqlQueryRaw<string>(
            "select chips::text as \"Value\" from chips union all select a.key || a.fingerprint || convert_from(a.answer, 'UTF8') "
            + "from journal_answers a union all select payload from ledger_entries union all select v::text from vends v "
            + "union all select e::text from audit_events e").ToListAsync());

        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, row => row.Contains(chip.Uid, StringComparison.OrdinalIgnoreCase));
    }

    private static (int, string?) Said(DeviceAnswer answer) => (answer.Status, answer.Code);

    private async Task<string> CommittedAsync(TestChip chip)
    {
        var held = await device.ReserveAsync($"c-{Guid.CreateVersion7()}", chip.Uid);
        await device.CommitAsync(held.Text("reservation_id"));
        return held.Text("reservation_id");
    }
}

/// <summary>Time runs out while the machine is still at it.</summary>
public sealed class ChipDeadlineTests : IAsyncLifetime
{
    private TestApp app = null!;
    private TestDevice device = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        device = new TestDevice(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    [Trait("Accepts", "S2-24")]
    [Trait("Accepts", "M15")]
    [Trait("Accepts", "S2-trap-free-product")]
    public async Task An_uncommitted_reservation_expires_and_a_late_commit_is_charged_again_and_flagged()
    {
        var chip = await app.GivenChipAsync(1_000);
        var held = await device.ReserveAsync("late", chip.Uid);
        await ExpireAsync(held);
        await TestApp.EventuallyAsync(() => app.CreditAsync(chip), credit => credit == 1_000);

        var late = await device.CommitAsync(held.Text("reservation_id"));

        Assert.Equal((200, "committed", true), (late.Status, late.Text("status"), late.Json.GetProperty("late").GetBoolean()));
        Assert.Equal(1_000 - held.Number("amount"), await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M15")]
    [Trait("Accepts", "S2-trap-free-product")]
    public async Task What_a_late_commit_cannot_charge_is_a_loss_that_shows()
    {
        var chip = await app.GivenChipAsync(200);
        var held = await device.ReserveAsync("late-poor", chip.Uid, more: ",\"amount\":200");
        await ExpireAsync(held);
        await TestApp.EventuallyAsync(() => app.CreditAsync(chip), credit => credit == 200);
        var spent = await device.ReserveAsync("spent", chip.Uid, more: ",\"amount\":150");
        await device.CommitAsync(spent.Text("reservation_id"));

        var late = await device.CommitAsync(held.Text("reservation_id"));

        Assert.True(late.Json.GetProperty("late").GetBoolean());
        Assert.Equal(0, await app.CreditAsync(chip));
        Assert.Equal(-150, (await app.BalancesAsync())["losses"]);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-24")]
    public async Task Expiry_and_commit_race_and_the_goods_are_paid_once_either_way()
    {
        var chips = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.GivenChipAsync(500)));
        var held = await Task.WhenAll(chips.Select((c, i) => device.ReserveAsync($"race-{i}", c.Uid, $"A{1 + (i % 4)}", ",\"amount\":100")));
        await app.SetUpAsync("update vends set deadline = now() where status = 'Reserved'");

        var commits = await Task.WhenAll(held.Select(h => device.CommitAsync(h.Text("reservation_id"))));

        Assert.All(commits, c => Assert.Equal((200, "committed"), (c.Status, c.Text("status"))));
        foreach (var chip in chips) Assert.Equal(400, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_machine_out_of_service_sells_nothing_and_still_ends_what_it_began()
    {
        var chip = await app.GivenChipAsync(1_000);
        var held = await device.ReserveAsync("before", chip.Uid);
        await app.SetUpAsync("update machines set state = 'OutOfService' where id = 'snack-1'");
        var refused = await TestApp.EventuallyAsync(
            () => device.ReserveAsync($"after-{Guid.CreateVersion7()}", chip.Uid), a => a.Code is not "chip_busy");

        Assert.Equal((409, "out_of_service"), (refused.Status, refused.Code));
        Assert.Equal(201, (await device.ReserveAsync("before", chip.Uid)).Status);
        Assert.Equal("committed", (await device.CommitAsync(held.Text("reservation_id"))).Text("status"));
        Assert.Equal(200, (await device.PostAsync("/device/v1/heartbeat", "{}")).Status);
    }

    private Task<int> ExpireAsync(DeviceAnswer held) => app.SetUpAsync(
        $"update vends set deadline = now() - interval '1 second' where id = '{held.Text("reservation_id")}'");
}
