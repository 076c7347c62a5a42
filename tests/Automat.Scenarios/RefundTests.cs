using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>An app with its staff signed in.</summary>
public sealed class StaffedApp : SharedApp
{
    public Staff Operator { get; private set; } = null!;

    public Staff Admin { get; private set; } = null!;

    public Staff OtherAdmin { get; private set; } = null!;

    public Staff Auditor { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await StartAsync(("Automat:Refunds:ApprovalAbove", "300"));
        Operator = await Staff.SignInAsync(App, Staff.Operator);
        Admin = await Staff.SignInAsync(App, Staff.Admin);
        OtherAdmin = await Staff.SignInAsync(App, Staff.OtherAdmin);
        Auditor = await Staff.SignInAsync(App, Staff.Auditor);
    }

    /// <summary>A delivered sale paid by chip.</summary>
    public async Task<(Guid Vend, TestChip Chip)> SoldByChipAsync(long amount)
    {
        var chip = await App.GivenChipAsync(10_000);
        var device = new TestDevice(App);
        var held = await device.PostAsync(
            "/device/v1/vends",
            $$"""{"mdb_session_id":"s{{Guid.CreateVersion7():N}}","tender":{"chip_uid":"{{chip.Uid}}"},"amount":{{amount}}}"""); // no slot: no stock
        await device.CommitAsync(held.Text("reservation_id"));
        return (Guid.Parse(held.Text("reservation_id")), chip);
    }

    /// <summary>Asks for a refund under a fresh key.</summary>
    public static Task<Staff.Answer> AskAsync(Staff who, Guid vend, long? amount, string? key = null, string reason = "damaged") =>
        who.PostAsync($"/api/v1/vends/{vend}/refunds", new { amount, reason }, key ?? Guid.CreateVersion7().ToString());
}

/// <summary>Staff give money back: within their windows, with a second person where it is much, never above what is left.</summary>
public sealed class RefundTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task A_part_goes_back_to_the_chip_as_a_mirrored_entry_and_the_original_stays()
    {
        var (vend, chip) = await shared.SoldByChipAsync(250);
        var before = await EntriesAsync(vend);

        var made = await StaffedApp.AskAsync(shared.Operator, vend, 100);

        Assert.Equal((201, "done", "chip", 100), (made.Status, made.String("status"), made.String("tender"), made.Number("amount")));
        Assert.Equal(10_000 - 150, await app.CreditAsync(chip));
        var after = await EntriesAsync(vend);
        Assert.Equal(before, after[..^1]);
        Assert.StartsWith("vend.refunded", after[^1], StringComparison.Ordinal);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task Above_the_limit_an_administrator_who_did_not_ask_has_to_agree()
    {
        var (vend, chip) = await shared.SoldByChipAsync(900);

        var asked = await StaffedApp.AskAsync(shared.Admin, vend, null);
        var id = asked.Json.GetProperty("id").GetGuid();
        var own = await shared.Admin.PostAsync($"/api/v1/refunds/{id}/approval");
        var lower = await shared.Operator.PostAsync($"/api/v1/refunds/{id}/approval");
        var program = await Staff.Program(app).PostAsync($"/api/v1/refunds/{id}/approval");
        var during = await app.CreditAsync(chip);
        var agreed = await shared.OtherAdmin.PostAsync($"/api/v1/refunds/{id}/approval");
        var again = await shared.OtherAdmin.PostAsync($"/api/v1/refunds/{id}/approval");

        Assert.Equal((202, "requested"), (asked.Status, asked.String("status")));
        Assert.Equal((409, "refund_own_request"), (own.Status, own.Code));
        Assert.Equal((403, 403), (lower.Status, program.Status));
        Assert.Equal(9_100, during);
        Assert.Equal((200, "done"), (agreed.Status, agreed.String("status")));
        Assert.Equal(agreed.Text, again.Text);
        Assert.Equal(10_000, await app.CreditAsync(chip));
        Assert.Equal(
            ["refund.requested", "refund.approved"],
            await app.QueryAsync(db => db.Database.SqlQuery<string>(
                $"select action as \"Value\" from audit_events where subject = {id.ToString()} order by number").ToListAsync()));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task A_rejected_request_moves_nothing_and_frees_what_it_kept()
    {
        var (vend, chip) = await shared.SoldByChipAsync(900);
        var asked = await StaffedApp.AskAsync(shared.Operator, vend, 800);
        var id = asked.Json.GetProperty("id").GetGuid();

        var tooMuch = await StaffedApp.AskAsync(shared.Operator, vend, 101);
        var silent = await shared.Admin.PostAsync($"/api/v1/refunds/{id}/rejection", new { reason = " " });
        var rejected = await shared.Admin.PostAsync($"/api/v1/refunds/{id}/rejection", new { reason = "It was delivered." });
        var late = await shared.OtherAdmin.PostAsync($"/api/v1/refunds/{id}/approval");
        var small = await StaffedApp.AskAsync(shared.Operator, vend, 101);

        Assert.Equal((409, "refund_above_rest"), (tooMuch.Status, tooMuch.Code));
        Assert.Equal((422, "rejection_invalid"), (silent.Status, silent.Code));
        Assert.Equal((200, "rejected", "It was delivered."), (rejected.Status, rejected.String("status"), rejected.String("answer")));
        Assert.Equal((409, "refund_status"), (late.Status, late.Code));
        Assert.Equal(201, small.Status);
        Assert.Equal(10_000 - 900 + 101, await app.CreditAsync(chip));
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task A_request_nobody_decides_about_expires()
    {
        var (vend, chip) = await shared.SoldByChipAsync(900);
        var asked = await StaffedApp.AskAsync(shared.Operator, vend, null);
        var id = asked.Json.GetProperty("id").GetGuid();
        await app.SetUpAsync($"update refund_cases set expires_at = now() - interval '1 second' where id = '{id}'");

        var late = await shared.Admin.PostAsync($"/api/v1/refunds/{id}/approval");
        var ended = await TestApp.EventuallyAsync(
            () => shared.Auditor.GetAsync($"/api/v1/refunds/{id}"), a => a.String("status") == "expired");

        Assert.Contains(late.Code, new[] { "refund_expired", "refund_status" });
        Assert.Equal(200, ended.Status);
        Assert.Equal(9_100, await app.CreditAsync(chip));
        Assert.Equal(202, (await StaffedApp.AskAsync(shared.Operator, vend, null)).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task Operators_have_thirty_days_and_administrators_ninety()
    {
        var (vend, _) = await shared.SoldByChipAsync(250);

        await AgeAsync(vend, 31);
        var late = await StaffedApp.AskAsync(shared.Operator, vend, 10);
        var program = await StaffedApp.AskAsync(Staff.Program(app), vend, 10);
        var admin = await StaffedApp.AskAsync(shared.Admin, vend, 10);
        await AgeAsync(vend, 91);
        var tooLate = await StaffedApp.AskAsync(shared.Admin, vend, 10);
        await AgeAsync(vend, 29);
        var inTime = await StaffedApp.AskAsync(shared.Operator, vend, 10);

        Assert.Equal((409, "refund_window_over"), (late.Status, late.Code));
        Assert.Equal((409, "refund_window_over"), (program.Status, program.Code));
        Assert.Equal(201, admin.Status);
        Assert.Equal((409, "refund_window_over"), (tooLate.Status, tooLate.Code));
        Assert.Equal(201, inTime.Status);
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task Whoever_races_gets_no_more_than_is_left()
    {
        var (vend, chip) = await shared.SoldByChipAsync(290);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            StaffedApp.AskAsync(i % 2 == 0 ? shared.Operator : shared.Admin, vend, 100)));

        Assert.Equal(2, answers.Count(a => a.Status == 201));
        Assert.All(answers.Where(a => a.Status != 201), a => Assert.Equal((409, "refund_above_rest"), (a.Status, a.Code)));
        Assert.Equal(10_000 - 90, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task Of_requests_that_race_only_as_many_wait_as_the_sale_can_pay()
    {
        var (vend, chip) = await shared.SoldByChipAsync(900);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StaffedApp.AskAsync(shared.Operator, vend, 400)));
        var waiting = answers.Where(a => a.Status == 202).Select(a => a.Json.GetProperty("id").GetGuid()).ToList();
        var agreed = await Task.WhenAll(waiting.Select(id => shared.Admin.PostAsync($"/api/v1/refunds/{id}/approval")));

        Assert.Equal(2, waiting.Count);
        Assert.All(agreed, a => Assert.Equal(200, a.Status));
        Assert.Equal(10_000 - 100, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task A_key_is_needed_answers_a_repeat_and_is_good_for_one_body()
    {
        var (vend, chip) = await shared.SoldByChipAsync(250);
        var key = Guid.CreateVersion7().ToString();

        var missing = await shared.Operator.PostAsync($"/api/v1/vends/{vend}/refunds", new { amount = 50, reason = "damaged" });
        var first = await StaffedApp.AskAsync(shared.Operator, vend, 50, key);
        var again = await StaffedApp.AskAsync(shared.Operator, vend, 50, key);
        var other = await StaffedApp.AskAsync(shared.Operator, vend, 51, key);
        var racing = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StaffedApp.AskAsync(shared.Operator, vend, 30, key + "-r")));

        Assert.Equal((400, "idempotency_key_missing"), (missing.Status, missing.Code));
        Assert.Equal((201, first.Text), (again.Status, again.Text));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
        Assert.All(racing, a => Assert.True(a.Status == 201 || (a.Status, a.Code) == (409, "idempotency_key_in_use"), a.Text));
        Assert.Contains(racing, a => a.Status == 201);
        Assert.Equal(10_000 - 250 + 50 + 30, await app.CreditAsync(chip));
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task Coins_are_paid_out_at_the_desk_for_a_code_shown_once()
    {
        var device = new TestDevice(app);
        var sold = await device.PostAsync(
            "/device/v1/vends", $$"""{"mdb_session_id":"c{{Guid.CreateVersion7():N}}","tender":{"kind":"cash"},"slot":"A2","amount":230}""");
        var vend = Guid.Parse(sold.Text("reservation_id"));
        var key = Guid.CreateVersion7().ToString();

        var made = await StaffedApp.AskAsync(shared.Operator, vend, null, key);
        var repeat = await StaffedApp.AskAsync(shared.Operator, vend, null, key);
        var code = made.String("payout_code")!;
        var owed = (await app.BalancesAsync())["payouts"];
        var wrong = await PayAsync("AAAAAAAAAA");
        var paid = await PayAsync(code.ToLowerInvariant());
        var twice = await PayAsync(code);
        var after = await app.BalancesAsync();

        Assert.Equal("cash", made.String("tender"));
        Assert.Null(repeat.String("payout_code"));
        Assert.True(owed >= 230);
        Assert.Equal((404, "payout_unknown"), (wrong.Status, wrong.Code));
        Assert.Equal((200, 230), (paid.Status, paid.Number("amount")));
        Assert.Equal((409, "payout_paid"), (twice.Status, twice.Code));
        Assert.Equal(owed - 230, after.GetValueOrDefault("payouts"));
        await app.VerifyBooksAsync();

        Task<Staff.Answer> PayAsync(string shown) =>
            shared.Operator.PostAsync("/api/v1/payouts/payment", new { code = shown }, Guid.CreateVersion7().ToString());
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task A_chip_that_is_retired_takes_nothing_back_so_it_is_paid_out_at_the_desk()
    {
        var (vend, chip) = await shared.SoldByChipAsync(250);
        await app.SetUpAsync($"update chips set state = 'Retired' where id = '{chip.Id}'");

        var made = await StaffedApp.AskAsync(shared.Operator, vend, 100);

        Assert.Equal((201, "cash"), (made.Status, made.String("tender")));
        Assert.NotNull(made.String("payout_code"));
        Assert.Equal(10_000 - 250, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task A_card_payment_goes_back_through_the_provider_in_parts()
    {
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, Domain.Vends.VendStatus.Committed);

        await StaffedApp.AskAsync(shared.Operator, vend.Id.Value, 40);
        await StaffedApp.AskAsync(shared.Operator, vend.Id.Value, null);
        var paybacks = await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<Payback>().AsNoTracking().Where(p => p.VendId == vend.Id).ToListAsync()),
            all => all.Count == 2 && all.TrueForAll(p => p.Status is PaybackStatus.Paid));

        Assert.Equal(vend.Delivered, paybacks.Sum(p => p.Amount));
        await Reckoning.AgreeAsync(app.Database, app.Provider, settled: false);
    }

    [Fact]
    public async Task The_list_has_pages_and_tells_what_cannot_be_asked_for()
    {
        var (vend, _) = await shared.SoldByChipAsync(250);
        foreach (var _ in Enumerable.Range(0, 3)) await StaffedApp.AskAsync(shared.Operator, vend, 10);

        var first = await shared.Auditor.GetAsync($"/api/v1/refunds?vend={vend}&limit=2");
        var second = await shared.Auditor.GetAsync($"/api/v1/refunds?vend={vend}&limit=2&cursor={first.String("next_cursor")}");
        var wrong = await shared.Auditor.GetAsync("/api/v1/refunds?status=lost");
        var forbidden = await StaffedApp.AskAsync(shared.Auditor, vend, 10);
        var unknown = await StaffedApp.AskAsync(shared.Operator, Guid.CreateVersion7(), 10);
        var odd = await StaffedApp.AskAsync(shared.Operator, vend, -1, reason: "because");

        Assert.Equal((2, 1), (first.Json.GetProperty("items").GetArrayLength(), second.Json.GetProperty("items").GetArrayLength()));
        Assert.Equal((422, "query_invalid"), (wrong.Status, wrong.Code));
        Assert.Equal(403, forbidden.Status);
        Assert.Equal((404, "vend_unknown"), (unknown.Status, unknown.Code));
        Assert.Equal((422, "refund_invalid"), (odd.Status, odd.Code));
        Assert.Equal(["amount", "reason"], odd.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    private Task<int> AgeAsync(Guid vend, int days) =>
        app.SetUpAsync($"update vends set settled_at = now() - interval '{days} days' where id = '{vend}'");

    private async Task<List<string>> EntriesAsync(Guid vend) => await app.QueryAsync(db => db.Database.SqlQuery<string>(
        $"""
        select kind || ' ' || encode(chain_hash, 'hex') as "Value" from ledger_entries
        where payload::jsonb -> 'details' ->> 'vend' = {vend.ToString()} order by sequence
        """).ToListAsync());
}
