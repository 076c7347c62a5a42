using System.Net;
using System.Text;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Dex;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>A machine's audit files, over every way they come: what it sold for cash is in the books once, and what differs has a name.</summary>
public sealed class DexTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private static readonly byte[] First = Load("example_univend_t0.dex");
    private static readonly byte[] Second = Load("example_univend_t1.dex");
    private static int machines;

    private readonly TestApp app = shared.App;

    [Fact]
    public async Task The_example_pair_books_its_one_cash_sale_and_leaves_nothing_unexplained()
    {
        var machine = await GivenMachineAsync();
        var before = await app.BalancesAsync();

        var first = await UploadAsync(machine, First);
        var second = await UploadAsync(machine, Second);

        Assert.Equal(("baseline", "right", 41L), (first.Text("outcome"), first.Text("check"), first.Number("segments_counted")));
        Assert.Equal("booked", second.Text("outcome"));
        Assert.Equal((110L, 1L, 300L, 2L),
            (second.Number("cash_value"), second.Number("cash_count"), second.Number("card_value"), second.Number("card_count")));
        var sale = Assert.Single(second.Body.GetProperty("booked").EnumerateArray());
        Assert.Equal(("12", 1, 110), (sale.GetProperty("slot").GetString(), sale.GetProperty("pieces").GetInt32(), sale.GetProperty("amount").GetInt32()));
        var after = await app.BalancesAsync();
        Assert.Equal(-110, after[$"cash:{machine}"]);
        Assert.Equal(110, after[$"revenue:{machine}"] + after.Where(a => a.Key.StartsWith("tax:", StringComparison.Ordinal)).Sum(a => a.Value - before.GetValueOrDefault(a.Key)));
        Assert.Equal((2, 8), await StockAsync(machine));

        var reconciled = await GetAsync($"/api/v1/machines/{machine}/dex/{second.Text("id")}/reconciliation");
        Assert.Equal((110L, 110L, 0L, 0L, 110L, 0L),
            (reconciled.Number("taken"), reconciled.Number("sold"), reconciled.Number("residual"), reconciled.Number("lifetime_residual"),
             reconciled.Number("booked"), reconciled.Number("booked_less")));
        Assert.Empty(reconciled.Body.GetProperty("causes").EnumerateArray());
        Assert.Equal(0, reconciled.Number("residual_since_reset"));
        var ever = Assert.Single(reconciled.Body.GetProperty("lifetime_causes").EnumerateArray());
        Assert.Equal(("overpaid", 50), (ever.GetProperty("cause").GetString(), ever.GetProperty("amount").GetInt32()));
        // Two card sales the books know nothing of: another reader's.
        Assert.Equal(2, reconciled.Body.GetProperty("foreign").EnumerateArray().Sum(f => f.GetProperty("count").GetInt32()));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_file_brought_twice_or_at_once_or_out_of_order_is_booked_once()
    {
        var machine = await GivenMachineAsync();
        await UploadAsync(machine, First);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => UploadAsync(machine, Second)));
        var late = await UploadAsync(machine, [.. First, .. "\r\n"u8]);

        Assert.Single(all.Select(a => a.Text("id")).Distinct());
        Assert.Equal("older", late.Text("outcome"));
        Assert.Equal(-110, (await app.BalancesAsync())[$"cash:{machine}"]);
        Assert.Equal("nothing_new", (await UploadAsync(machine, [.. Second, .. "\r\n"u8])).Text("outcome"));
        Assert.Equal(-110, (await app.BalancesAsync())[$"cash:{machine}"]);
    }

    [Fact]
    public async Task Cash_the_machine_told_of_itself_is_not_booked_again_and_what_it_denies_is_listed()
    {
        var machine = await GivenMachineAsync();
        var device = await SecretAsync(machine);
        await UploadAsync(machine, First);
        Assert.Equal(201, (await CashAsync(device, "12", 110)).Status);
        Assert.Equal(201, (await CashAsync(device, "11", 150)).Status);

        var second = await UploadAsync(machine, Second);

        Assert.Equal("nothing_new", second.Text("outcome"));
        Assert.Single(second.Body.GetProperty("known").EnumerateArray());
        var denied = Assert.Single(second.Body.GetProperty("denied").EnumerateArray());
        Assert.Equal(("11", 150), (denied.GetProperty("slot").GetString(), denied.GetProperty("value").GetInt32()));
        Assert.Equal(-260, (await app.BalancesAsync())[$"cash:{machine}"]);
    }

    [Fact]
    public async Task A_machine_sends_its_own_file_signed_and_a_driver_hands_it_in()
    {
        var machine = await GivenMachineAsync();
        var device = await SecretAsync(machine);

        var sent = await device.PostAsync("/device/v1/dex", Encoding.ASCII.GetString(First));
        Assert.Equal((200, "baseline"), (sent.Status, sent.Text("outcome")));
        var row = await app.QueryAsync(db => db.Set<Machine>().AsNoTracking().SingleAsync(m => m.Id == MachineId.Parse(machine)));
        var intake = app.Services.GetRequiredService<DexIntake>();
        var taken = await intake.TakeAsync(row, Second, default);
        var again = await intake.TakeAsync(row, Second, default);

        Assert.Equal(("booked", 0), (taken.Outcome, taken.Warnings));
        Assert.Equal(taken.Id, again.Id);
        Assert.Equal(-110, (await app.BalancesAsync())[$"cash:{machine}"]);
        Assert.Equal(422, (await device.PostAsync("/device/v1/dex", "what is this")).Status);
    }

    [Fact]
    public async Task A_crash_before_it_was_finished_is_made_good_by_the_sweep()
    {
        var machine = await GivenMachineAsync();
        await UploadAsync(machine, First);
        await UploadAsync(machine, Second);
        // As if the server had died after booking and before it wrote down that it did, and before it even decided.
        await app.SetUpAsync($"delete from dex_vends where machine_id = '{machine}'");
        await app.SetUpAsync($"update dex_reads set status = 'Planned' where machine_id = '{machine}' and plan->>'outcome' = 'booked'");
        var sweep = app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<DexSweep>().Single();

        await sweep.SweepAsync(DateTimeOffset.MaxValue.AddDays(-2), default);
        await sweep.SweepAsync(DateTimeOffset.MaxValue.AddDays(-2), default);

        Assert.Equal(0, await CountAsync(db => db.Set<DexRead>().CountAsync(r => r.MachineId == MachineId.Parse(machine) && r.Status != DexReadStatus.Done)));
        Assert.Equal(1, await CountAsync(db => db.Set<DexVend>().CountAsync(v => v.MachineId == MachineId.Parse(machine))));
        Assert.Equal(-110, (await app.BalancesAsync())[$"cash:{machine}"]);
    }

    [Fact]
    public async Task Another_controller_begins_anew_and_another_currency_books_nothing()
    {
        var machine = await GivenMachineAsync();
        await UploadAsync(machine, First);

        Assert.Equal("baseline", (await UploadAsync(machine, Changed(Second, "UVX0000042", "UVX0000043"))).Text("outcome"));
        Assert.Equal("currency_differs", (await UploadAsync(machine, Changed(Second, "978*EUR", "756*CHF"))).Text("outcome"));
        var restarted = await UploadAsync(machine, Changed(Second, "CA2*8180*62*1040*8", "CA2*100*1*100*1"));
        Assert.Contains(restarted.Body.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "restarted");
        Assert.Equal(-100, (await app.BalancesAsync())[$"cash:{machine}"]);
    }

    [Fact]
    public async Task A_collection_moves_the_cash_to_the_desk_once_and_is_held_against_the_counters()
    {
        await app.AllowAsync("ledger.read");
        var machine = await GivenMachineAsync();
        await UploadAsync(machine, First);
        await UploadAsync(machine, Changed(Second, "CA3*1440*400*740*3*9960*4250*3710", "CA3*1440*510*630*3*9960*4360*3600"));
        var desk = (await app.BalancesAsync()).GetValueOrDefault("desk");
        var staff = Staff.Program(app);
        var key = Guid.CreateVersion7().ToString();

        var collected = await staff.PostAsync($"/api/v1/machines/{machine}/collections", new { bag = "B-17", counted = 105 }, key);
        var again = await staff.PostAsync($"/api/v1/machines/{machine}/collections", new { bag = "B-17", counted = 105 }, key);

        Assert.Equal(200, collected.Status);
        Assert.Equal(collected.String("id"), again.String("id"));
        var balances = await app.BalancesAsync();
        Assert.Equal((-5L, desk - 105), (balances[$"cash:{machine}"], balances["desk"]));
        var reconciled = await GetAsync($"/api/v1/machines/{machine}/collections/{collected.String("id")}/reconciliation");
        Assert.Equal((110L, 105L, 0L), (reconciled.Number("expected"), reconciled.Number("counted"), reconciled.Number("residual")));
        var cause = Assert.Single(reconciled.Body.GetProperty("counted_causes").EnumerateArray());
        Assert.Equal(("unexplained", -5), (cause.GetProperty("cause").GetString(), cause.GetProperty("amount").GetInt32()));
        Assert.Equal("idempotency_key_reused", (await staff.PostAsync($"/api/v1/machines/{machine}/collections", new { bag = "B-18", counted = 105 }, key)).Code);
        var wrong = await staff.PostAsync($"/api/v1/machines/{machine}/collections", new { bag = "", counted = -1 }, Guid.CreateVersion7().ToString());
        Assert.Equal(["bag", "counted"], wrong.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Prices_the_machine_confirms_stand_beside_ours_and_the_file_comes_back_as_it_was()
    {
        var machine = await GivenMachineAsync();
        await app.SetUpAsync($"update slots set price = 160 where machine_id = '{machine}' and code = '11'");
        var read = await UploadAsync(machine, First);

        var shown = await GetAsync($"/api/v1/machines/{machine}/dex/{read.Text("id")}");
        var raw = await app.StaffAsync(HttpMethod.Get, $"/api/v1/machines/{machine}/dex/{read.Text("id")}/file");

        var prices = shown.Body.GetProperty("prices").EnumerateArray().ToList();
        Assert.Equal([(160, 150, true), (110, 110, false)],
            prices.Select(p => (p.GetProperty("wanted").GetInt32(), p.GetProperty("confirmed").GetInt32(), p.GetProperty("differs").GetBoolean())));
        Assert.Equal(1, shown.Body.GetProperty("outages").GetProperty("since_reset").GetInt32());
        Assert.Equal(Encoding.ASCII.GetString(First), raw);
    }

    [Fact]
    public async Task Staff_bring_a_file_and_book_a_bag_on_the_page()
    {
        var machine = await GivenMachineAsync();
        await UploadAsync(machine, First);
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(Staff.Operator, TestApp.Password);
        var page = $"/panel/dex?machine={machine}";

        var sent = await visitor.UploadAsync(page, "/panel/dex/file", Second, ("machine", machine), ("stock", "yes"));
        var wrong = await visitor.UploadAsync(page, "/panel/dex/file", "hello"u8.ToArray(), ("machine", machine));
        var bag = await visitor.SendAsync(page, "/panel/dex/collection", ("machine", machine), ("key", Guid.CreateVersion7().ToString()), ("bag", "B-9"), ("counted", "1,10"));
        var none = await visitor.SendAsync(page, "/panel/dex/collection", ("machine", machine), ("bag", ""), ("counted", "1.10"));
        var shown = await visitor.OpenAsync(page);

        Assert.Equal((303, 422, 303, 422), (sent.Status, wrong.Status, bag.Status, none.Status));
        Assert.Contains("This is no audit file", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("Needed: the number on the bag", none.Text, StringComparison.Ordinal);
        Assert.Contains("Cash sales booked", shown.Text, StringComparison.Ordinal);
        Assert.Contains("data-residual>€0.00", shown.Text, StringComparison.Ordinal);
        Assert.Contains("Bag B-9", shown.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await app.BalancesAsync()).GetValueOrDefault($"cash:{machine}"));
        // Whoever only reads sees no form and may send none.
        using var auditor = new Visitor(app);
        await auditor.SignInAsync(Staff.Auditor, TestApp.Password);
        Assert.DoesNotContain("/panel/dex/file", (await auditor.OpenAsync(page)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_audit_file_or_too_many_are_refused()
    {
        var machine = await GivenMachineAsync();

        Assert.Equal("dex_invalid", (await UploadAsync(machine, "hello"u8.ToArray())).Text("code"));
        Assert.Equal("dex_invalid", (await UploadAsync(machine, [])).Text("code"));
        Assert.Equal("body_too_large", (await UploadAsync(machine, new byte[300_000])).Text("code"));
    }

    private async Task<string> GivenMachineAsync()
    {
        var id = $"dex-{Interlocked.Increment(ref machines)}";
        await app.SetUpAsync(
            $"insert into machines select (jsonb_populate_record(m, jsonb_build_object('id', '{id}'))).* from machines m where id = 'snack-1'");
        await app.SetUpAsync(
            $"insert into slots (machine_id, code, organization_id, product_id, price, capacity, par_level, stock, reserved) "
            + $"select '{id}', s.code, organization_id, product_id, s.price, 12, 10, 10, 0 from slots, (values ('11', 150), ('12', 110)) s(code, price) "
            + "where machine_id = 'snack-1' and slots.code = 'A1'");
        return id;
    }

    private async Task<TestDevice> SecretAsync(string machine)
    {
        await app.GiveSecretAsync(machine, "secret-of-" + machine);
        return new TestDevice(app, machine, "secret-of-" + machine);
    }

    private static Task<DeviceAnswer> CashAsync(TestDevice device, string slot, int amount) => device.PostAsync(
        "/device/v1/vends",
        JsonSerializer.Serialize(new { mdb_session_id = Guid.CreateVersion7().ToString(), slot, amount, tender = new { kind = "cash" } }));

    private async Task<(int Water, int Bar)> StockAsync(string machine) => await app.QueryAsync(async db =>
    {
        var slots = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == MachineId.Parse(machine)).OrderBy(s => s.Code).ToListAsync();
        return (slots[0].Stock, slots[1].Stock);
    });

    private Task<int> CountAsync(Func<AutomatDb, Task<int>> count) => app.QueryAsync(count);

    private async Task<Answer> UploadAsync(string machine, byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/machines/{machine}/dex");
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        request.Content = new ByteArrayContent(file);
        using var answer = await app.Client.SendAsync(request);
        return new Answer(answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }

    private async Task<Answer> GetAsync(string path)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Get, path);
        return new Answer(status, body);
    }

    private static byte[] Changed(byte[] file, string from, string to) =>
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(file).Replace(from, to, StringComparison.Ordinal));

    private static byte[] Load(string name)
    {
        using var stream = typeof(DexTests).Assembly.GetManifestResourceStream(name)!;
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private sealed record Answer(HttpStatusCode Status, JsonElement Body)
    {
        public string Text(string name) => Body.GetProperty(name).GetString()!;

        public long Number(string name) => Body.GetProperty(name).GetInt64();
    }
}
