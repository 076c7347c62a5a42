using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Automat.Domain;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What becomes of a chip: issued, locked, changed, lost and replaced.</summary>
[Trait("Accepts", "S2-01")]
public sealed class ChipLifeTests(AuditedApp shared) : IClassFixture<AuditedApp>, IAsyncLifetime
{
    private readonly TestApp app = shared.App;
    private readonly TestDevice device = new(shared.App);

    /// <summary>Nothing is sold out, in whatever order the tests run.</summary>
    public async ValueTask InitializeAsync() =>
        await app.SetUpAsync("update slots set stock = 5000, capacity = 5000 where capacity is not null");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_locked_chip_pays_nothing_until_it_is_unlocked_and_a_retired_one_never_again()
    {
        var chip = await app.GivenChipAsync(1_000);

        await ChangeAsync(chip, new { state = "locked", reason = "reported lost" });
        var locked = await device.ReserveAsync($"l1-{chip.Id}", chip.Uid);
        await ChangeAsync(chip, new { state = "active", reason = "found again" });
        var unlocked = await device.ReserveAsync($"l2-{chip.Id}", chip.Uid, more: ",\"amount\":100");
        await device.CommitAsync(unlocked.Text("reservation_id"));
        await ChangeAsync(chip, new { state = "retired", reason = "broken" });
        var retired = await device.ReserveAsync($"l3-{chip.Id}", chip.Uid);
        var back = await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chip.Id}", new { state = "active" });
        var renamed = await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chip.Id}", new { label = "again" });
        var credit = await app.TopUpAsync(chip, 100, $"retired-{chip.Id}");

        Assert.Equal((409, "chip_locked", "Chip locked"), (locked.Status, locked.Code, locked.Text("display")));
        Assert.Equal(201, unlocked.Status);
        Assert.Equal((409, "chip_retired"), (retired.Status, retired.Code));
        Assert.Equal("chip_retired", Code(back.Body));
        Assert.Equal("chip_retired", Code(renamed.Body));
        Assert.Equal("chip_retired", Code(credit));
        var history = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/{chip.Id}/history")).Body.GetProperty("items");
        Assert.Equal(
            [("retired", "broken"), ("active", "found again"), ("locked", "reported lost"), ("active", null)],
            history.EnumerateArray().Select(h => (h.GetProperty("state").GetString()!, h.GetProperty("reason").GetString())));
        Assert.Equal(
            ["chip.issued", "chip.topped_up", "chip.locked", "chip.unlocked", "chip.retired"], await ActionsAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_chip_is_issued_with_all_that_belongs_to_it()
    {
        await app.CallAsync(HttpMethod.Put, "/api/v1/chips/groups", new { name = "Night shift", limits = new { day = new { amount = 900 } } });
        var uid = NewUid();

        var (status, chip) = await IssueAsync(
            new
            {
                uid,
                label = "Blue 7",
                reference = "P-4711",
                holder = "Erika Beispiel",
                holder_email = "erika@example.org",
                group = "Night shift",
                flags = new { employee = true, proof_of_age = true },
                limits = new { week = new { amount = 2_500, vends = 10 }, locks = Named("Sweets", "never") },
                credit_line = 300,
                initial_top_up = 1_200,
            }, $"issue-{uid}");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(("Blue 7", "P-4711", "Erika Beispiel", "Night shift"), (Text(chip, "label"), Text(chip, "reference"), Text(chip, "holder"), Text(chip, "group")));
        Assert.Equal((1_200, 0, 300, 1_500), (Number(chip, "balance"), Number(chip, "held"), Number(chip, "credit_line"), Number(chip, "available")));
        Assert.True(chip.GetProperty("flags").GetProperty("employee").GetBoolean());
        Assert.Equal(2_500, chip.GetProperty("limits").GetProperty("week").GetProperty("amount").GetInt64());
        var found = (await app.CallAsync(HttpMethod.Get, "/api/v1/chips?reference=P-4711&group=Night%20shift&state=active")).Body;
        Assert.Equal(Text(chip, "id"), Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task What_cannot_be_is_said_by_field()
    {
        var (status, problem) = await IssueAsync(
            new
            {
                uid = "xyz",
                group = "Nobody",
                limits = new
                {
                    day = new { amount = -1 },
                    locks = Named("Sweets", "maybe"),
                    hours = new[] { new { days = new[] { "someday" }, from = "7", to = "25:00" } },
                },
                credit_line = -5,
                initial_top_up = -1,
            }, key: null);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("chip_invalid", Code(problem));
        Assert.Equal(
            ["credit_line", "group", "initial_top_up", "limits.day.amount", "limits.hours[0].days", "limits.hours[0].from", "limits.hours[0].to", "limits.locks.Sweets", "uid"],
            problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Accepts", "S2-05")]
    public async Task Who_carries_a_chip_is_exported_erased_and_never_audited()
    {
        var uid = NewUid();
        var (_, chip) = await IssueAsync(new { uid, holder = "Johann Mustermann", holder_email = "Johann@Example.org" }, key: null);
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{Text(chip, "id")}", new { holder = "Johanna Mustermann" });
        var people = app.Services.GetService(typeof(Automat.Server.Privacy.PersonalData)) as Automat.Server.Privacy.PersonalData;
        var subject = new Automat.Server.Privacy.DataSubject(null, "johann@example.org", null);

        var export = JsonDocument.Parse(await people!.ExportAsync(subject, default)).RootElement.GetProperty("chips");
        var audit = await app.QueryAsync(db => db.Database.SqlQueryRaw<string>("select e::text as \"Value\" from audit_events e").ToListAsync());
        await people.EraseAsync(subject, default);
        var after = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/{Text(chip, "id")}")).Body;

        Assert.Equal("Johanna Mustermann", Assert.Single(export.EnumerateArray()).GetProperty("holder").GetString());
        Assert.DoesNotContain(audit, row => row.Contains("Mustermann", StringComparison.Ordinal) || row.Contains("ohann@", StringComparison.Ordinal));
        Assert.Equal((null, null, "active"), (after.GetProperty("holder").GetString(), after.GetProperty("holder_email").GetString(), Text(after, "state")));
    }

    [Fact]
    public async Task A_lost_chip_is_replaced_with_all_it_had_and_its_credit_moves_once()
    {
        var (old, next) = (NewUid(), NewUid());
        var (_, lost) = await IssueAsync(
            new { uid = old, label = "Red 1", holder = "Erika Beispiel", flags = new { employee = true }, limits = new { day = new { vends = 3 } }, initial_top_up = 700 },
            $"issue-{old}");
        var id = Text(lost, "id");

        var first = await ReplaceAsync(id, next, "r-" + old);
        var again = await ReplaceAsync(id, next, "r-" + old);
        var other = await ReplaceAsync(id, NewUid(), "r-" + old);
        var twice = await ReplaceAsync(id, NewUid(), "r2-" + old);

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
        Assert.Equal("idempotency_key_reused", Code(other.Body));
        Assert.Equal("chip_replaced", Code(twice.Body));
        Assert.Equal(("Red 1", "Erika Beispiel", 700), (Text(first.Body, "label"), Text(first.Body, "holder"), Number(first.Body, "balance")));
        Assert.Equal(3, first.Body.GetProperty("limits").GetProperty("day").GetProperty("vends").GetInt32());
        var retired = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/{id}")).Body;
        Assert.Equal(("retired", 0, Text(first.Body, "id")), (Text(retired, "state"), Number(retired, "balance"), Text(retired, "replaced_by")));
        Assert.Equal("chip_retired", (await device.ReserveAsync($"x-{old}", old)).Code);
        var paid = await device.ReserveAsync($"y-{old}", next, more: ",\"amount\":200");
        Assert.True(paid.Status == 201, paid.Json.ToString());
        Assert.Equal((201, 500), (paid.Status, paid.Number("balance_after")));
        await device.CommitAsync(paid.Text("reservation_id"));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-22")]
    public async Task Replacing_and_reserving_race_and_the_money_is_in_one_place_either_way()
    {
        for (var round = 0; round < 12; round++)
        {
            var chip = await app.GivenChipAsync(1_000);
            var next = NewUid();

            var reserving = device.ReserveAsync($"race-{chip.Id}", chip.Uid, more: ",\"amount\":300");
            var replacing = ReplaceAsync(chip.Id.ToString(), next, $"race-{chip.Id}");
            await Task.WhenAll(reserving, replacing);
            var (held, replaced) = (await reserving, await replacing);

            if (held.Status == 201)
            {
                Assert.Equal("chip_busy", Code(replaced.Body));
                await device.CommitAsync(held.Text("reservation_id"));
                Assert.Equal(700, await app.CreditAsync(chip));
            }
            else
            {
                Assert.Equal((HttpStatusCode.Created, "chip_retired"), (replaced.Status, held.Code));
                Assert.Equal((0, 1_000), (await app.CreditAsync(chip), Number(replaced.Body, "balance")));
            }
        }

        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Money_that_comes_back_to_a_replaced_chip_follows_it()
    {
        var chip = await app.GivenChipAsync(1_000);
        var replaced = await ReplaceAsync(chip.Id.ToString(), NewUid(), $"follow-{chip.Id}");
        var journal = app.Services.GetRequiredService<Automat.Server.Journal.Journal>();
        var organization = await app.QueryAsync(db => db.Set<Organization>().Select(o => o.Id).FirstAsync());
        await journal.ExecuteAsync(new ComesBack(chip.Account, 120) { Organization = organization });
        var sweep = app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<Automat.Server.Chips.ChipSweep>().Single();

        await sweep.SweepReplacedAsync(default);

        Assert.Equal(0, await app.CreditAsync(chip));
        Assert.Equal(1_120, (await app.BalancesAsync())[$"chip:{Text(replaced.Body, "id")}"]);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_chip_that_buys_free_of_charge_leaves_its_credit_alone_and_still_pays_for_one_thing_at_a_time()
    {
        var chip = await app.GivenChipAsync(50);
        await ChangeAsync(chip, new { flags = new { free_vend = true } });
        var before = (await app.BalancesAsync()).GetValueOrDefault("free_vend");

        var held = await device.ReserveAsync($"f1-{chip.Id}", chip.Uid, more: ",\"amount\":200");
        var second = await device.ReserveAsync($"f2-{chip.Id}", chip.Uid, more: ",\"amount\":200");
        await device.CommitAsync(held.Text("reservation_id"));
        var third = await device.ReserveAsync($"f3-{chip.Id}", chip.Uid, more: ",\"amount\":200");
        await device.CancelAsync(third.Text("reservation_id"));

        Assert.Equal((201, "chip_busy", 201), (held.Status, second.Code, third.Status));
        Assert.Equal(50, await app.CreditAsync(chip));
        Assert.Equal(before - 200, (await app.BalancesAsync())["free_vend"]);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-27")]
    public async Task A_credit_line_lets_the_balance_go_so_far_below_zero_and_no_further()
    {
        var chip = await app.GivenChipAsync(100);
        await ChangeAsync(chip, new { credit_line = 150 });

        var above = await device.ReserveAsync($"c1-{chip.Id}", chip.Uid, more: ",\"amount\":251");
        var exact = await device.ReserveAsync($"c2-{chip.Id}", chip.Uid, more: ",\"amount\":250");
        var during = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/{chip.Id}")).Body;
        await device.CommitAsync(exact.Text("reservation_id"));

        Assert.Equal((402, "insufficient_credit", "Not enough credit"), (above.Status, above.Code, above.Text("display")));
        Assert.Equal((201, -150), (exact.Status, exact.Number("balance_after")));
        Assert.Equal((-150, 250, 0), (Number(during, "balance"), Number(during, "held"), Number(during, "available")));
        Assert.Equal(-150, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    private static string? Code(JsonElement answer) => answer.GetProperty("code").GetString();

    private static string Text(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    private static long Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();

    /// <summary>A name stays as it is written.</summary>
    private static Dictionary<string, string> Named(string name, string value) => new() { [name] = value };

    private static string NewUid() => Convert.ToHexString(RandomNumberGenerator.GetBytes(7));

    private async Task ChangeAsync(TestChip chip, object change)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chip.Id}", change);
        Assert.True(status is HttpStatusCode.OK, body.ToString());
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> IssueAsync(object body, string? key) =>
        app.CallWithKeyAsync("/api/v1/chips", body, key);

    private Task<(HttpStatusCode Status, JsonElement Body)> ReplaceAsync(string id, string uid, string key) =>
        app.CallWithKeyAsync($"/api/v1/chips/{id}/replacement", new { uid, reason = "lost" }, key);

    private async Task<List<string>> ActionsAsync(TestChip chip)
    {
        var items = (await app.CallAsync(HttpMethod.Get, $"/api/v1/audit?subject=chip/{chip.Id}")).Body.GetProperty("items");
        return [.. items.EnumerateArray().Select(i => Text(i, "action")).Reverse()];
    }

    /// <summary>Money that comes back to a chip, as a refund of an old sale does.</summary>
    private sealed class ComesBack(string account, long amount) : Automat.Server.Journal.JournalCommand<long>
    {
        public override string Key { get; } = $"comes-back:{Guid.CreateVersion7()}";

        public override long Decide(Automat.Server.Journal.JournalRows rows, DateTimeOffset now) => rows.Book(
            Organization,
            Automat.Domain.Ledger.LedgerDraft.Of(
                "test", Currency.Eur, Automat.Domain.Ledger.Details.None,
                new Automat.Domain.Ledger.Posting("desk", -amount), new Automat.Domain.Ledger.Posting(account, amount)), now)!.Value;
    }
}
